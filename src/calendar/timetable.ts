import { messageOf } from '../errors/index.ts';
import { Due } from './due.ts';
import { Schedule } from './schedule.ts';

/** One thing to be done on a schedule. */
export interface Plan {
  /** Tells it from the others; its text may change. */
  key: string;
  /** The schedule's text; a bad one is told of once, and is never due. */
  schedule: string;
  /** When it was done last as far as the caller has recorded it, or else since when there is a schedule for it. */
  since: Date;
}

interface TimetableOptions {
  /** What there is to do, asked at each look: plans may come, change and go. */
  plans: () => Promise<readonly Plan[]>;
  /** Does it, and tells of its own failures; one thing at a time. A failure waits for the next time, not for the next look. */
  run: (key: string) => Promise<void>;
  /** Told once of a plan whose schedule cannot be read, and of whatever else goes wrong. */
  onError: (key: string, reason: string) => void;
  /** The longest time between two looks, in milliseconds: how late a new plan or a jump of the clock is noticed. */
  everyMs?: number;
  now?: () => Date;
}

const defaultEveryMs = 30_000;
const shortestMs = 100;
const firstMs = 2000;

/** Does things when they are due, one after the other. Looks again when the next is due, and at least every half minute. */
export class Timetable {
  readonly #options: TimetableOptions;
  readonly #dues = new Map<string, { text: string; due: Due | undefined }>();
  #timer: NodeJS.Timeout | undefined;
  #looking: Promise<void> | undefined;
  #again = false;
  #closed = false;

  constructor(options: TimetableOptions) {
    this.#options = options;
  }

  /** Looks for the first time, once a start has had its moment: what is due has waited longer than that. */
  begin(): void {
    this.#timer ??= setTimeout(() => this.look(), firstMs).unref();
  }

  /** Looks now: when a plan was changed that should not wait for the next look. */
  look(): void {
    if (this.#closed) return;
    this.#again = true;
    clearTimeout(this.#timer);
    this.#looking ??= this.#lookOn().finally(() => {
      this.#looking = undefined;
    });
  }

  /** Waits for the look and the work under way, and starts nothing more. */
  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#timer);
    await this.#looking;
  }

  async #lookOn(): Promise<void> {
    let wait = 0;
    while (this.#again && !this.#closed) {
      this.#again = false;
      wait = await this.#once();
    }
    if (!this.#closed) this.#timer = setTimeout(() => this.look(), wait).unref();
  }

  /** @returns how long to wait for the next look, in milliseconds. */
  async #once(): Promise<number> {
    const { plans, run, everyMs = defaultEveryMs, onError } = this.#options;
    let wait = everyMs;
    try {
      const wanted = await plans();
      this.#forgetAllBut(new Set(wanted.map(({ key }) => key)));
      for (const plan of wanted) {
        const due = this.#dueOf(plan);
        if (due === undefined) continue;
        if (due.isDue(this.#now()) && !this.#closed) await this.#do(run, plan.key, due);
        const next = due.next(this.#now());
        if (next !== undefined) wait = Math.min(wait, next.getTime() - this.#now().getTime());
      }
    } catch (error) {
      onError('', messageOf(error));
    }
    return Math.max(wait, shortestMs);
  }

  async #do(run: TimetableOptions['run'], key: string, due: Due): Promise<void> {
    due.done(this.#now());
    try {
      await run(key);
    } catch (error) {
      this.#options.onError(key, messageOf(error));
    }
  }

  #dueOf({ key, schedule, since }: Plan): Due | undefined {
    const known = this.#dues.get(key);
    if (known?.text === schedule) return known.due;
    const due = this.#read(key, schedule, since);
    this.#dues.set(key, { text: schedule, due });
    return due;
  }

  #read(key: string, text: string, since: Date): Due | undefined {
    try {
      return new Due(Schedule.parse(text), since);
    } catch (error) {
      this.#options.onError(key, messageOf(error));
      return undefined;
    }
  }

  #forgetAllBut(keys: ReadonlySet<string>): void {
    for (const key of this.#dues.keys()) if (!keys.has(key)) this.#dues.delete(key);
  }

  #now(): Date {
    return this.#options.now?.() ?? new Date();
  }
}
