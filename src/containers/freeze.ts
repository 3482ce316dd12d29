import type { Freeze, Freezer } from '../volumes/index.ts';
import type { Container } from './container.ts';
import type { Engine } from './engine.ts';

/** Containers as the volumes know them: holders, by their ids, that can be made to stand still without being paused. */
export function freezerOf(engine: Engine): Freezer {
  const present = (holders: readonly string[]): Container[] =>
    holders.flatMap((id) => (engine.store.has(id) ? [engine.store.get(id)] : []));
  return {
    running: (holders) =>
      present(holders)
        .filter(({ isRunning }) => isRunning)
        .map(({ name }) => name),
    holdStill: (holders, work) =>
      engine.locks.holdAll(holders, () => {
        // Those that a user paused stand still already, and are not ours to thaw.
        const running = present(holders).filter(({ state }) => state.status === 'running');
        return work(freezing(engine, running));
      }),
  };
}

const freezing =
  (engine: Engine, containers: readonly Container[]): Freeze =>
  (work, options) => {
    const ids = containers.map(({ id }) => id);
    return allStill(containers, () => engine.runtime.whileFrozen(ids, work, options));
  };

function allStill<T>([first, ...rest]: readonly Container[], work: () => Promise<T>): Promise<T> {
  return first === undefined ? work() : first.stillness.still(() => allStill(rest, work));
}
