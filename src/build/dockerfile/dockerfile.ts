import { invalidArgument } from '../../errors/index.ts';
import { expand } from '../../images/index.ts';
import { type Instruction, parseError, parseInstruction, wordsOf } from './instruction.ts';
import { escapeOf, joinLines } from './lines.ts';

/** One `FROM` with what follows it. */
export interface Stage {
  /** What others call it, in lower case; '' where it has no name. */
  name: string;
  /** What it starts from: a reference, an earlier stage, or `scratch`. */
  base: string;
  instructions: Instruction[];
}

/** A Dockerfile up to the stage that is wanted. */
export interface Dockerfile {
  /** `ARG`s before the first stage, which stages' bases may use. */
  arguments: Instruction[];
  stages: Stage[];
  /** What lines go on after. */
  escape: string;
}

export interface DockerfileOptions {
  /** How messages call the file. */
  name: string;
  target: string;
  buildArgs: Readonly<Record<string, string | null>>;
}

/**
 * Reads a Dockerfile as far as this side needs to understand it: its steps, its stages and what they start from.
 * @throws invalid-argument in Docker's words
 */
export function parseDockerfile(text: string, options: DockerfileOptions): Dockerfile {
  const instructions = joinLines(text).map(parseInstruction);
  if (instructions.length === 0) throw invalidArgument(`the Dockerfile (${options.name}) cannot be empty`);
  const first = instructions.findIndex(({ name }) => name === 'FROM');
  const leading = instructions.slice(0, first === -1 ? undefined : first);
  const misplaced = leading.find(({ name }) => name !== 'ARG');
  if (misplaced !== undefined || first === -1) {
    throw parseError(misplaced?.line ?? instructions[0]?.line ?? 1, 'no build stage in current context');
  }
  const values = argumentValues(leading, options.buildArgs);
  const stages = stagesOf(instructions.slice(first), values);
  return { arguments: leading, stages: upTo(stages, options.target), escape: escapeOf(text) };
}

function argumentValues(leading: readonly Instruction[], given: DockerfileOptions['buildArgs']): Map<string, string> {
  const values = new Map<string, string>();
  for (const { rest } of leading) {
    for (const word of wordsOf(rest)) {
      const [name = '', ...preset] = word.split('=');
      values.set(name, given[name] ?? expand(preset.join('='), (other) => values.get(other) ?? ''));
    }
  }
  return values;
}

function stagesOf(instructions: readonly Instruction[], values: ReadonlyMap<string, string>): Stage[] {
  const stages: Stage[] = [];
  for (const instruction of instructions) {
    if (instruction.name === 'FROM') stages.push(stageOf(instruction, values));
    else stages.at(-1)?.instructions.push(instruction);
  }
  return stages;
}

function stageOf(instruction: Instruction, values: ReadonlyMap<string, string>): Stage {
  const [from = '', , name = ''] = wordsOf(instruction.rest);
  const base = expand(from, (variable) => values.get(variable) ?? '');
  if (base === '') throw parseError(instruction.line, `base name (${from}) should not be blank`);
  return { name: name.toLowerCase(), base, instructions: [instruction] };
}

function upTo(stages: Stage[], target: string): Stage[] {
  if (target === '') return stages;
  const wanted = target.toLowerCase();
  const index = stages.findIndex(({ name }, at) => name === wanted || String(at) === wanted);
  if (index === -1) throw invalidArgument(`failed to reach build target ${target} in Dockerfile`);
  return stages.slice(0, index + 1);
}

/** The images that have to be there: what stages start from, and what `COPY --from` names that is no stage. */
export function imagesNeeded(dockerfile: Dockerfile): string[] {
  const needed = dockerfile.stages.flatMap(({ base, instructions }, index) => [
    ...(isImage(dockerfile, index, base) ? [base] : []),
    ...instructions.map(sourceOf).filter((from) => isImage(dockerfile, index, from)),
  ]);
  return [...new Set(needed)];
}

/** What an instruction copies from; '' for the context. */
const sourceOf = ({ name, flags }: Instruction): string => (name === 'COPY' ? (flags.get('from') ?? '') : '');

/** Whether a stage means an image, and not one of the stages before it, by what it starts or copies from. */
function isImage({ stages }: Dockerfile, stage: number, text: string): boolean {
  if (text === '' || text === 'scratch') return false;
  return !stages.slice(0, stage).some(({ name }, at) => name === text.toLowerCase() || String(at) === text);
}

/**
 * The Dockerfile as the builder gets it: up to the stage that is wanted, and with images called what they are called in its
 * storage, so that nothing else of nearly the same name is taken for them.
 * @param nameOf the builder's name of an image
 */
export function forBuilder(dockerfile: Dockerfile, nameOf: (image: string) => string): string {
  const { arguments: leading, escape: mark, stages } = dockerfile;
  // Stages are called in lower case there: Docker does not mind it, buildah does.
  const own = (stage: number, text: string): string =>
    isImage(dockerfile, stage, text) ? nameOf(text) : text.toLowerCase();
  const lines = stages.flatMap(({ name, base, instructions }, stage) =>
    instructions.map((instruction) => {
      const { flags, text } = instruction;
      const from = sourceOf(instruction);
      if (from !== '') return text.replace(`--from=${from}`, () => `--from=${own(stage, from)}`);
      if (instruction.name !== 'FROM') return text;
      const platform = flags.get('platform');
      const words = [...(platform === undefined ? [] : [`--platform=${platform}`]), own(stage, base)];
      return `FROM ${words.join(' ')}${name === '' ? '' : ` AS ${name}`}`;
    }),
  );
  return [`# escape=${mark}`, ...leading.map(({ text }) => text), ...lines, ''].join('\n');
}
