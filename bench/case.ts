import type { Target } from './target.ts';

/** One line of the result. */
export interface Measurement {
  name: string;
  unit: 'ms' | 'MB' | 'MB/s';
  /** By contender: `holdfast`, the peer's name, or a floor such as `runc`. */
  values: Record<string, number>;
  /** What Holdfast is meant to reach, in words. */
  goal: string;
}

/** What a case is given to measure with. */
export interface Bench {
  holdfast: Target;
  /** The daemon compared with, where one was given. */
  peer: Target | undefined;
  /** Full paths of the command lines. */
  programs: { holdfast: string; docker: string };
  /** An empty folder for a case's own files. */
  folder: string;
  /** Samples of each quick measurement; slow ones take fewer. */
  rounds: number;
}

/** A case measures one aspect of all contenders in turn. */
export interface Case {
  /** What `--only` matches. */
  name: string;
  measure(bench: Bench): Promise<Measurement[]>;
}

/** The daemons that take part. */
export function targetsOf(bench: Bench): Target[] {
  return bench.peer === undefined ? [bench.holdfast] : [bench.holdfast, bench.peer];
}

/** The same work for each daemon, by name, as `interleaved` takes it. */
export function forEachTarget(
  bench: Bench,
  measure: (target: Target) => Promise<number>,
): Record<string, () => Promise<number>> {
  return Object.fromEntries(targetsOf(bench).map((target) => [target.name, () => measure(target)]));
}
