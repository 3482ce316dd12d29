/** How much was used when. */
export interface UseSample {
  /** Milliseconds since the epoch. */
  at: number;
  /** Bytes. */
  used: number;
}

/** With fewer samples, or over a shorter time, a trend is a guess. */
const fewestSamples = 6;
const shortestMs = 3_600_000;

/** Which part of the ups and downs the line has to account for. */
const leastFit = 0.6;

/**
 * When something will be full if it goes on as before: the line through the samples, by least squares.
 * @param total bytes that there is room for
 * @returns milliseconds since the epoch; undefined where it does not grow, or too little or nothing regular is known
 */
export function fullAt(samples: readonly UseSample[], total: number): number | undefined {
  const [first] = samples;
  const last = samples.at(-1);
  if (first === undefined || last === undefined) return undefined;
  if (samples.length < fewestSamples || last.at - first.at < shortestMs) return undefined;
  const { slope, fit } = lineThrough(samples, first.at);
  if (slope <= 0 || fit < leastFit) return undefined;
  return last.at + Math.max(total - last.used, 0) / slope;
}

/** @returns bytes a millisecond, and the coefficient of determination */
function lineThrough(samples: readonly UseSample[], origin: number): { slope: number; fit: number } {
  const mean = (value: (sample: UseSample) => number) =>
    samples.reduce((sum, sample) => sum + value(sample), 0) / samples.length;
  const [time, used] = [mean(({ at }) => at - origin), mean((sample) => sample.used)];
  const both = mean((sample) => (sample.at - origin - time) * (sample.used - used));
  const ofTime = mean(({ at }) => (at - origin - time) ** 2);
  const ofUse = mean((sample) => (sample.used - used) ** 2);
  if (ofTime === 0 || ofUse === 0) return { slope: 0, fit: 0 };
  return { slope: both / ofTime, fit: both ** 2 / (ofTime * ofUse) };
}
