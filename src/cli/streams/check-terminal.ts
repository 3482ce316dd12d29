import { invalidArgument } from '../../errors/index.ts';
import type { App } from '../app.ts';

/**
 * Refuses to type into a container's terminal from what is no terminal: it would echo, and see no end of input.
 * @throws invalid-argument in docker's words.
 */
export function refuseNoTerminal(app: App, { stdin, tty }: { stdin: boolean; tty: boolean }): void {
  if (tty && stdin && app.stdin.isTTY !== true) throw invalidArgument('the input device is not a TTY');
}
