import { setTimeout as delay } from 'node:timers/promises';
import type { ApiClient } from '../../client/index.ts';
import { HoldfastError } from '../../errors/index.ts';
import type { App, Output } from '../app.ts';

/** Right after its start a container may not take a size yet; docker tries as often. */
const ATTEMPTS = 5;
const BETWEEN_ATTEMPTS_MS = 10;

/** Height and width of the terminal; zeros where output is none. */
export function consoleSize(output: Output): [height: number, width: number] {
  return output.isTTY === true ? [output.rows ?? 0, output.columns ?? 0] : [0, 0];
}

/**
 * Gives the terminal of a container or exec (`path` is /containers/ID or /exec/ID) the size of ours, now and whenever
 * it changes. @returns what stops that.
 */
export function followSize(app: App, client: ApiClient, path: string): () => void {
  if (app.stdout.isTTY !== true) return () => undefined;
  const resize = () => {
    const [h, w] = consoleSize(app.stdout);
    return h === 0 && w === 0
      ? Promise.resolve()
      : client.send({ method: 'POST', path: `${path}/resize`, query: { h, w } });
  };
  const onResize = () => void resize().catch(ignoreRefusal);
  app.stdout.on('resize', onResize);
  void firstResize(resize).catch(ignoreRefusal);
  return () => app.stdout.off('resize', onResize);
}

async function firstResize(resize: () => Promise<void>): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await resize();
    } catch (error) {
      if (attempt === ATTEMPTS) throw error;
      await delay(BETWEEN_ATTEMPTS_MS * attempt);
    }
  }
}

/** The container may just have ended: a size that cannot be set any more is no failure of the session. */
function ignoreRefusal(error: unknown): void {
  if (!(error instanceof HoldfastError)) throw error;
}
