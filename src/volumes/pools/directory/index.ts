export { DirectoryDriver } from './directory-driver.ts';
