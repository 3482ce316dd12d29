export { LocalDriver, type LocalDriverOptions } from './local-driver.ts';
export { localDriverName } from './read-volume.ts';
