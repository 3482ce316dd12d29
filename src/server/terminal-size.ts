import { invalidArgument } from '../errors/index.ts';
import type { Call } from './call.ts';

/** The size of a terminal as resize requests give it, `h` and `w` in character cells. @throws invalid-argument. */
export function terminalSize(call: Call): { height: number; width: number } {
  return { height: cells(call, 'h'), width: cells(call, 'w') };
}

function cells(call: Call, key: string): number {
  const value = call.integer(key);
  if (value === undefined) throw invalidArgument(`strconv.ParseUint: parsing "": invalid syntax`);
  if (value < 0 || value > 0xffff) throw invalidArgument(`terminal size ${key}=${value} is out of range`);
  return value;
}
