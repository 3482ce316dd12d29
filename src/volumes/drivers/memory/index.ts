export { MemoryDriver } from './memory-driver.ts';
