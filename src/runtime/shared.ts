import type { Log } from '../host/index.ts';
import type { AttachHub } from './attach/hub.ts';
import type { Exits } from './exits.ts';
import type { LogRotation } from './logs/rotation.ts';
import type { Places } from './places.ts';
import type { ProgramFinder } from './program/program.ts';
import type { RunRecord, RunRecords } from './record.ts';

/** What the operations of the runtime work on. */
export interface Shared {
  places: Places;
  programs: ProgramFinder;
  records: RunRecords;
  exits: Exits;
  /** The connections to conmons that somebody is attached by. */
  hubs: Map<string, AttachHub>;
  rotation: LogRotation;
  log: Log;
}

/** The call of the OCI runtime, up to its command. */
export async function runtimeCommand(shared: Pick<Shared, 'places' | 'programs'>): Promise<string[]> {
  const { path } = await shared.programs.find();
  return [path, '--root', shared.places.state];
}

/** Keeps a running container's log within its limits, where it has some. */
export function watchLog({ rotation }: Shared, id: string, { log, bundle }: RunRecord): void {
  if (log !== undefined) rotation.watch(id, { ...log, bundle });
}
