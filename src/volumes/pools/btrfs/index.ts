export { BtrfsDriver } from './btrfs-driver.ts';
