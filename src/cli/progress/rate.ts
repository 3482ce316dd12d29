import { humanSize } from '../format/units.ts';

/** Before that much time has passed a rate is a guess, in milliseconds. */
const meaningfulMs = 1000;
/** Over how much of the past it is taken, so that it follows what changes. */
const windowMs = 15_000;

interface Sample {
  at: number;
  done: number;
}

/** Tells how fast work goes and how long it will take, from how far it was when. */
export class Rate {
  #samples: Sample[] = [];

  /**
   * @param progress in bytes; a total of 0 is one that is not known. @param now in milliseconds, of any clock that only goes on.
   * @returns such as `12.5MB/s, 40s left`; "" while it is too early to tell.
   */
  after({ done, total }: { done: number; total: number }, now: number): string {
    this.#samples = [...this.#samples.filter(({ at }) => now - at <= windowMs), { at: now, done }];
    const [first] = this.#samples;
    if (first === undefined || now - first.at < meaningfulMs || done <= first.done) return '';
    const perSecond = ((done - first.done) * 1000) / (now - first.at);
    const speed = `${humanSize(perSecond, 3)}/s`;
    return total <= done ? speed : `${speed}, ${duration((total - done) / perSecond)} left`;
  }
}

function duration(seconds: number): string {
  const whole = Math.ceil(seconds);
  if (whole < 60) return `${whole}s`;
  const minutes = Math.floor(whole / 60);
  return minutes < 60 ? `${minutes}m${whole % 60}s` : `${Math.floor(minutes / 60)}h${minutes % 60}m`;
}
