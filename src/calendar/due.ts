import type { Schedule } from './schedule.ts';

/**
 * Whether it is time, for one thing that is done on a schedule. However many times were missed, it is due once. It asks the
 * clock of the wall, which may jump: one that jumped ahead makes it due at once, once; after one that jumped back it waits
 * for the next time by the new clock, and not for all that the old one had passed already.
 */
export class Due {
  readonly schedule: Schedule;
  #since: Date;

  /** @param since when it was done last, or where it never was, since when there is a schedule for it. */
  constructor(schedule: Schedule, since: Date) {
    this.schedule = schedule;
    this.#since = since;
  }

  isDue(now: Date): boolean {
    const next = this.next(now);
    return next !== undefined && next <= now;
  }

  /** When it is to be done: in the past where it was missed; undefined where it never will be again. */
  next(now: Date): Date | undefined {
    if (this.#since > now) this.#since = now;
    return this.schedule.next(this.#since);
  }

  /** It was done, or tried: the next time is the one after `now`. */
  done(now: Date): void {
    this.#since = now;
  }
}
