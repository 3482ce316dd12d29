import { Timetable } from '../calendar/index.ts';
import { messageOf } from '../errors/index.ts';
import type { Volume } from '../volumes/index.ts';
import { tellOfMissed } from './alarms.ts';
import type { Core } from './core.ts';
import { keepOf, nextOf, scheduleOf } from './policy.ts';
import { prune } from './prune.ts';
import { backUp } from './run/run.ts';

/** How late a backup may begin before it counts as missed, in milliseconds. */
const missedAfterMs = 15 * 60_000;

/** Backs up volumes by their schedules, one after the other. What was missed, while the machine was off say, is made up for once. */
export class BackupScheduler {
  readonly #core: Core;
  readonly #timetable: Timetable;
  readonly #closing = new AbortController();

  constructor(core: Core) {
    this.#core = core;
    this.#timetable = new Timetable({
      plans: async () => (await this.#scheduled()).map((volume) => this.#plan(volume)),
      run: (name) => this.#run(name),
      onError: (volume, reason) => core.log.error({ volume, reason }, 'a schedule for backups cannot be kept'),
    });
    this.#timetable.begin();
  }

  /** When a volume was backed up last or should have been, else when it was made. */
  since(volume: Volume): Date {
    const { lastBackup, lastFailure } = this.#core.ledger.of(volume.name);
    const times = [volume.createdAt, lastBackup?.time, lastFailure?.at].flatMap((time) =>
      time === undefined || time === '' ? [] : [Date.parse(time)],
    );
    return new Date(Math.max(...times));
  }

  /** Ends the run under way as a user's ^C does. */
  async close(): Promise<void> {
    this.#closing.abort();
    await this.#timetable.close();
  }

  async #scheduled(): Promise<Volume[]> {
    const { volumes } = await this.#core.volumes.list(new Map());
    return volumes.filter((volume) => scheduleOf(this.#core, volume) !== '');
  }

  #plan(volume: Volume) {
    return { key: volume.name, schedule: scheduleOf(this.#core, volume), since: this.since(volume) };
  }

  async #run(name: string): Promise<void> {
    // A user is at it: that one will do.
    if (this.#core.running.has(name)) return;
    const volume = await this.#core.volumes.get(name);
    const due = nextOf(scheduleOf(this.#core, volume), this.since(volume));
    if (due !== undefined && Date.now() - due.getTime() > missedAfterMs) tellOfMissed(this.#core, name, due);
    const { signal } = this.#closing;
    try {
      const wanted = { volumes: [name], project: '', all: false, repository: '', freeze: false };
      const { backups, notices } = await backUp(this.#core, wanted, { signal });
      for (const notice of notices) this.#core.log.warn({ volume: name }, notice);
      const repository = backups[0]?.repository ?? '';
      if (keepOf(this.#core, volume) !== '')
        await prune(this.#core, { repository, keep: '', volumes: [name], dryRun: false }, { signal });
    } catch (error) {
      // The ledger and the alarm have it already; what comes after the backup has only this.
      this.#core.log.error({ volume: name, reason: messageOf(error) }, 'a scheduled backup did not go through');
    }
  }
}
