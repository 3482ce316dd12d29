export { chooseDriver } from './choose-driver.ts';
export { DirectoryDriver } from './directory/index.ts';
export { mainPoolName, type Pool } from './pool.ts';
export type { CopyProgress, PoolDriver } from './pool-driver.ts';
export { PoolService, type PoolUser } from './pool-service.ts';
