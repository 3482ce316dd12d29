import { Cron } from 'croner';
import { invalidArgument, messageOf } from '../errors/index.ts';

/**
 * When something is to be done again and again, as cron has it: `minute hour day month weekday`, with seconds before them
 * where there are six, or `@hourly`, `@daily`, `@weekly`, `@monthly`, `@yearly`. Times are the daemon's local ones.
 */
export class Schedule {
  readonly text: string;
  readonly #cron: Cron;

  private constructor(text: string, cron: Cron) {
    this.text = text;
    this.#cron = cron;
  }

  /** @throws invalid-argument for a text that is no schedule, or one whose time never comes. */
  static parse(text: string): Schedule {
    const schedule = new Schedule(text.trim(), parseCron(text.trim()));
    if (schedule.next(new Date()) === undefined)
      throw invalidArgument(`the schedule ${JSON.stringify(text)} names a time that never comes`);
    return schedule;
  }

  /** The first time after the given one; undefined where there is none. */
  next(after: Date): Date | undefined {
    return this.#cron.nextRun(after) ?? undefined;
  }
}

function parseCron(text: string): Cron {
  try {
    // Without a function it sets no timer: it is asked for times, and nothing else.
    return new Cron(text, { mode: '5-or-6-parts' });
  } catch (error) {
    const reason = messageOf(error).replace(/^CronPattern: /, '');
    throw invalidArgument(
      `${JSON.stringify(text)} is not a schedule: ${reason}. Write @hourly, @daily, @weekly, @monthly, or five fields as cron has them, such as "0 3 * * *" for three o'clock each night`,
      error,
    );
  }
}
