import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { type Log, silentLog } from '../../host/index.ts';
import type { EngineEvent, VolumeCreate } from '../../wire/index.ts';
import type { DriverSource } from '../driver-registry.ts';
import { VolumeService } from '../service.ts';
import type { TrashSettings } from '../trash/index.ts';
import type { VolumeDriver } from '../volume.ts';
import { scratchFolder } from './scratch.ts';

/** A service on a folder of its own, with what it has said. */
export interface OpenService {
  service: VolumeService;
  base: string;
  events: EngineEvent[];
  logged: string[];
}

/** @param options.base an earlier service's folder, to open it again. */
export async function openService(
  options: { base?: string; drivers?: VolumeDriver[]; source?: DriverSource; trash?: TrashSettings } = {},
): Promise<OpenService> {
  const base = options.base ?? scratchFolder();
  const events: EngineEvent[] = [];
  const logged: string[] = [];
  const log: Log = { ...silentLog, warn: (_fields, message = '') => void logged.push(message) };
  const service = await VolumeService.open({
    root: join(base, 'volumes'),
    runRoot: join(base, 'run'),
    emit: (event) => void events.push(event),
    log,
    drivers: options.drivers ?? [],
    ...(options.source === undefined ? {} : { source: options.source }),
    ...(options.trash === undefined ? {} : { trash: options.trash }),
    patienceMs: 50,
  });
  onTestFinished(() => service.close());
  return { service, base, events, logged };
}

/** The body of a create; what is not said is what a client leaves out. */
export const body = (Name: string, more: Partial<VolumeCreate> = {}): VolumeCreate => ({
  Name,
  Driver: '',
  DriverOpts: null,
  Labels: null,
  ...more,
});
