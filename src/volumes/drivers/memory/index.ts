export { MemoryDriver, type MemoryDriverOptions } from './memory-driver.ts';
