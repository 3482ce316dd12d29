import { constants } from 'node:os';
import { invalidArgument } from '../errors/index.ts';

const maxSignal = 64;

/**
 * The number of a signal given as Docker takes it: `SIGTERM`, `TERM`, `term`, `15`, `SIGRTMIN+3`.
 * @throws invalid-argument `Invalid signal: x`.
 */
export function signalNumber(signal: string): number {
  const value = /^\d+$/.test(signal) ? Number(signal) : byName(signal.toUpperCase().replace(/^SIG/, ''));
  if (value === undefined || value < 1 || value > maxSignal) throw invalidArgument(`Invalid signal: ${signal}`);
  return value;
}

function byName(name: string): number | undefined {
  const realTime = /^RTM(IN|AX)(?:([+-])(\d+))?$/.exec(name);
  if (realTime !== null) {
    const [, end, sign, distance] = realTime;
    return (end === 'IN' ? 34 : 64) + Number(distance ?? 0) * (sign === '-' ? -1 : 1);
  }
  return (constants.signals as Record<string, number>)[`SIG${name}`];
}
