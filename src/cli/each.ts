import { HoldfastError, messageOf } from '../errors/index.ts';
import { type App, say, warn } from './app.ts';

/** How many requests of one command are under way at once. */
const AT_ONCE = 50;

/**
 * Does `act` for every name, several at once, and prints each name (or what `act` returns) in the order given as soon
 * as it and those before it are done. Failures do not stop the others; they are printed at the end.
 * @returns the exit code: 1 where any failed.
 */
export async function forEachName(
  app: App,
  names: readonly string[],
  act: (name: string) => Promise<string | undefined>,
): Promise<number> {
  const failures: string[] = [];
  let next = 0;
  const results: Promise<void>[] = [];
  const settle = async (name: string) => {
    try {
      const line = await act(name);
      return () => line !== undefined && say(app, line);
    } catch (error) {
      if (!(error instanceof HoldfastError)) throw error;
      return () => failures.push(messageOf(error));
    }
  };
  let printed = Promise.resolve();
  const worker = async () => {
    for (let name = names[next++]; name !== undefined; name = names[next++]) {
      const settled = settle(name);
      printed = printed.then(async () => void (await settled)());
      await settled;
    }
  };
  for (let at = 0; at < Math.min(AT_ONCE, names.length); at += 1) results.push(worker());
  await Promise.all(results);
  await printed;
  for (const failure of failures) warn(app, failure);
  return failures.length === 0 ? 0 : 1;
}
