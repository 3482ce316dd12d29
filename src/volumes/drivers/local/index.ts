export { LocalDriver } from './local-driver.ts';
