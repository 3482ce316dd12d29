import { kept, type Plan, parseRetention, Schedule, Timetable } from '../../calendar/index.ts';
import { invalidArgument, messageOf } from '../../errors/index.ts';
import type { VolumeHome } from '../capabilities.ts';
import type { Core } from '../core.ts';
import { homeOf } from '../home.ts';
import type { Volume } from '../volume.ts';
import { hasSnapshots, snapshotsOf } from './folder.ts';
import { sourceOf } from './home.ts';
import { removeSnapshot } from './remove.ts';
import { finishRollbacks } from './roll-back.ts';
import { takeSnapshots } from './take.ts';

/*
 * A volume's labels say when it is snapshotted by itself, so that a Compose file can, and inspect shows it:
 *   holdfast.snapshot.schedule   @hourly, or five fields as cron has them
 *   holdfast.snapshot.keep       which of those stay: 24h,7d,4w
 *   holdfast.snapshot.freeze     true or false: as --freeze and --no-freeze, where the pool has to copy
 */
const scheduleLabel = 'holdfast.snapshot.schedule';
const keepLabel = 'holdfast.snapshot.keep';
const freezeLabel = 'holdfast.snapshot.freeze';

const defaultKeep = '24h,7d,4w';

/** @throws invalid-argument for labels of ours that mean nothing: better told now than found out when a snapshot is missing. */
export function checkSnapshotLabels(labels: Volume['labels']): void {
  const { [scheduleLabel]: schedule, [keepLabel]: keep, [freezeLabel]: freeze } = labels ?? {};
  if (schedule !== undefined) labelled(scheduleLabel, () => Schedule.parse(schedule));
  if (keep !== undefined) labelled(keepLabel, () => parseRetention(keep));
  if (freeze !== undefined && !['true', 'false'].includes(freeze))
    throw invalidArgument(`label ${freezeLabel}: ${JSON.stringify(freeze)} is neither true nor false`);
}

function labelled(label: string, parse: () => unknown): void {
  try {
    parse();
  } catch (error) {
    throw invalidArgument(`label ${label}: ${messageOf(error)}`, error);
  }
}

/** Makes snapshots by themselves, as volumes' labels say, and removes those of them that are not to be kept. */
export class SnapshotSchedules {
  readonly #core: Core;
  readonly #timetable: Timetable;
  readonly #ending = new AbortController();
  #finished = false;

  constructor(core: Core) {
    this.#core = core;
    this.#timetable = new Timetable({
      plans: () => this.#plans(),
      run: (volume) => this.#run(volume),
      onError: (volume, reason) => this.#failed(volume, reason),
    });
  }

  /** Begins to look what is due; the first time, it also finishes what a crash cut off. */
  begin(): void {
    this.#timetable.begin();
  }

  /** Calls off the snapshot that is being made, which leaves nothing. */
  close(): Promise<void> {
    this.#ending.abort();
    return this.#timetable.close();
  }

  async #plans(): Promise<Plan[]> {
    const volumes = (await this.#core.store.list()).volumes.filter(({ name }) => this.#isHere(name));
    if (!this.#finished) await this.#finish(volumes);
    this.#finished = true;
    const scheduled = volumes.filter(({ labels }) => labels?.[scheduleLabel] !== undefined);
    return Promise.all(scheduled.map((volume) => this.#planOf(volume)));
  }

  async #planOf({ name, labels, createdAt }: Volume): Promise<Plan> {
    const last = (await this.#automatic(name)).at(-1)?.createdAt ?? createdAt;
    return { key: name, schedule: labels?.[scheduleLabel] ?? '', since: new Date(last) };
  }

  async #automatic(volume: string) {
    try {
      return snapshotsOf(await sourceOf(this.#core, volume), volume).filter(({ automatic }) => automatic);
    } catch {
      // Told when it is due.
      return [];
    }
  }

  async #run(name: string): Promise<void> {
    const labels = this.#core.store.peek(name)?.volume.labels ?? {};
    const freeze = labels[freezeLabel] === undefined ? undefined : labels[freezeLabel] === 'true';
    const wish = { volumes: [name], name: '', automatic: true, freeze };
    await takeSnapshots(this.#core, wish, { signal: this.#ending.signal });
    const all = await this.#automatic(name);
    const stay = kept(all, ({ createdAt }) => new Date(createdAt), parseRetention(labels[keepLabel] ?? defaultKeep));
    for (const snapshot of all) {
      if (!stay.has(snapshot)) await removeSnapshot(this.#core, { volume: name, name: snapshot.name });
    }
  }

  #failed(volume: string, reason: string): void {
    this.#core.log.warn({ volume, reason }, 'could not make a snapshot on schedule');
    if (volume === '' || this.#ending.signal.aborted) return;
    this.#core.emit({ type: 'volume', action: 'snapshot-failed', id: volume, attributes: { reason } });
  }

  /** Asked without waiting: a driver that hangs keeps the volumes of others from nothing. */
  #isHere(name: string, and: (home: VolumeHome) => boolean = () => true): boolean {
    try {
      const home = homeOf(this.#core.store, name);
      return home !== undefined && and(home);
    } catch {
      // Its record cannot be read: whoever asks for the volume is told so.
      return false;
    }
  }

  async #finish(volumes: readonly Volume[]): Promise<void> {
    for (const { name } of volumes) {
      if (!this.#isHere(name, hasSnapshots)) continue;
      try {
        await this.#core.locks.hold(name, async () => finishRollbacks(await sourceOf(this.#core, name)));
      } catch {
        // Kept elsewhere, or gone meanwhile.
      }
    }
  }
}
