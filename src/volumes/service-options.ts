import type { Log } from '../host/index.ts';
import type { Emit } from '../wire/index.ts';
import type { DriverSource } from './driver-registry.ts';
import type { TrashSettings } from './trash/index.ts';
import type { VolumeDriver } from './volume.ts';

/** What the service of volumes is opened on. Pools beside the main one are in `pools`, beside its root. */
export interface VolumeServiceOptions {
  /** `<data-root>/volumes`, absolute. */
  root: string;
  /** `<exec-root>/volumes`, absolute: what outlives the daemon, but not the next boot. */
  runRoot: string;
  emit: Emit;
  log: Log;
  /** Drivers beside the local one, which comes first. */
  drivers?: readonly VolumeDriver[];
  /** Where further drivers are found: plugins. */
  source?: DriverSource;
  /** How long a list, or the making of another volume, waits for a driver that does not answer, in milliseconds. */
  patienceMs?: number;
  /** What becomes of removed volumes; without it they are deleted. */
  trash?: TrashSettings;
}
