import type { PoolDriver } from './pool-driver.ts';

/** The pool that is always there: `<data-root>/volumes`. */
export const mainPoolName = 'main';

/** A place where volumes are kept, opened. */
export interface Pool {
  readonly name: string;
  /** What its volumes lie in, absolute: a folder on one file system. */
  readonly root: string;
  readonly driver: PoolDriver;
}
