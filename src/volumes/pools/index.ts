export { DirectoryDriver } from './directory/index.ts';
export type { PoolDriver } from './pool-driver.ts';
