export { DirectoryDriver } from './directory/index.ts';
export { mainPoolName, type Pool } from './pool.ts';
export type { PoolDriver } from './pool-driver.ts';
