export { DirectoryDriver } from './directory/index.ts';
export { mainPoolName, type Pool } from './pool.ts';
export type { CopyProgress, PoolDriver } from './pool-driver.ts';
