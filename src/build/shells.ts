import { jsonWords } from '../images/index.ts';
import type { Dockerfile } from './dockerfile/dockerfile.ts';
import type { Step } from './steps.ts';

const usual = ['/bin/sh', '-c'];

/**
 * Finds the shell that a step's command line was run by: the last one that `SHELL` set before it, in its stage, in the
 * stages that one started from, or in the image below.
 * @param ofImage the shell of a base image; empty where it sets none
 */
export function shellsOf(
  { stages }: Dockerfile,
  ofImage: (base: string) => readonly string[],
): (step: Step | undefined) => readonly string[] {
  const before = (stage: number, line: number): readonly string[] => {
    const { instructions = [], base = 'scratch' } = stages[stage] ?? {};
    const set = instructions.findLast(({ name, line: at }) => name === 'SHELL' && at < line);
    const words = set === undefined ? undefined : jsonWords(set.rest);
    if (words !== undefined) return words;
    const below = stages.slice(0, stage).findIndex(({ name }) => name !== '' && name === base.toLowerCase());
    if (below !== -1) return before(below, Number.POSITIVE_INFINITY);
    const shell = base === 'scratch' ? [] : ofImage(base);
    return shell.length > 0 ? shell : usual;
  };
  return (step) => before(step?.stage ?? stages.length - 1, step?.instruction?.line ?? 0);
}
