import type { Dockerfile } from './dockerfile/dockerfile.ts';
import type { Instruction } from './dockerfile/instruction.ts';

/** A step as the classic builder counts them: through all stages. */
export interface Step {
  /** From 1. */
  number: number;
  text: string;
  /** Undefined for what is not in the file: labels of the request, and instructions that a base image left. */
  instruction: Instruction | undefined;
  stage: number;
}

/** What buildah's announcement of a step says; it counts from 1 within each stage. */
export interface Announcement {
  stage: number;
  step: number;
  of: number;
  text: string;
}

/** Finds the steps of the file behind buildah's announcements. */
export class Steps {
  readonly #dockerfile: Dockerfile;
  readonly #labels: Readonly<Record<string, string>>;
  readonly total: number;

  constructor(dockerfile: Dockerfile, labels: Readonly<Record<string, string>>) {
    this.#dockerfile = dockerfile;
    this.#labels = labels;
    this.total = this.#before(dockerfile.stages.length) + (this.#labelCount === 0 ? 0 : 1);
  }

  /** `ARG`s before the first stage, which buildah does not announce. */
  get leading(): Step[] {
    return this.#dockerfile.arguments.map((instruction, index) => ({
      number: index + 1,
      text: instruction.text,
      instruction,
      stage: 0,
    }));
  }

  /** How many instructions of its base image a stage runs before its own. */
  triggers({ stage, of }: Announcement): number {
    const labels = this.#isLast(stage) ? this.#labelCount : 0;
    return Math.max(0, of - labels - (this.#dockerfile.stages[stage]?.instructions.length ?? 0));
  }

  /** @returns undefined for an instruction of the base image, and for all labels but the first: they are one step. */
  find(announced: Announcement): Step | undefined {
    const { stage, step } = announced;
    const instructions = this.#dockerfile.stages[stage]?.instructions ?? [];
    const triggers = this.triggers(announced);
    if (step > 1 && step <= 1 + triggers) return undefined;
    const index = step === 1 ? 0 : step - 1 - triggers;
    const instruction = instructions[index];
    if (instruction !== undefined) {
      return { number: this.#before(stage) + index + 1, text: instruction.text, instruction, stage };
    }
    if (index > instructions.length) return undefined;
    return { number: this.total, text: labelText(this.#labels), instruction, stage };
  }

  get #labelCount(): number {
    return Object.keys(this.#labels).length;
  }

  #isLast(stage: number): boolean {
    return stage === this.#dockerfile.stages.length - 1;
  }

  /** How many steps come before a stage. */
  #before(stage: number): number {
    const { arguments: leading, stages } = this.#dockerfile;
    return stages.slice(0, stage).reduce((sum, { instructions }) => sum + instructions.length, leading.length);
  }
}

const labelText = (labels: Readonly<Record<string, string>>): string =>
  `LABEL ${Object.entries(labels)
    .map(([key, value]) => `${JSON.stringify(key)}=${JSON.stringify(value)}`)
    .join(' ')}`;
