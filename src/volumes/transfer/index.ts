export { VolumeTransfers } from './transfers.ts';
