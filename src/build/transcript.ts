import type { Announcement, Step, Steps } from './steps.ts';

const stepLine = /^(?:\[(\d+)\/\d+\] )?STEP (\d+)\/(\d+): (.*)$/;
const doneLine = /^--> ([0-9a-f]{11,12})$/;
const cacheLine = /^--> Using cache [0-9a-f]{64}$/;
const commitLine = /^(?:\[\d+\/\d+\] )?COMMIT\b/;
const idLine = /^[0-9a-f]{64}$/;
const failureLine = /^Error: /;
const logLine = /^time="[^"]*" level=\w+ /;

/**
 * Turns what buildah writes into what the classic builder does. Both also write what the build's commands do: a command
 * may write lines like buildah's own, so that nothing that matters is taken from a line that is not the last.
 */
export class Transcript {
  readonly #steps: Steps;
  readonly #say: (text: string) => void;
  readonly #baseOf: (stage: number) => string;
  #open = '';
  /** buildah's own last words, until it is known whether they were a command's after all. */
  #held: string[] = [];
  /** The last step announced. */
  #announced: Announcement | undefined;
  #current: Step | undefined;
  #isCached = false;

  /** @param options.baseOf the short id of the image that a stage starts from; '' where there is none to tell. */
  constructor(steps: Steps, options: { say: (text: string) => void; baseOf: (stage: number) => string }) {
    this.#steps = steps;
    this.#say = options.say;
    this.#baseOf = options.baseOf;
  }

  start(): void {
    for (const step of this.#steps.leading) this.#announce(step);
  }

  /** Takes more of what buildah writes. */
  write(text: string): void {
    const lines = `${this.#open}${text}`.split('\n');
    this.#open = lines.pop() ?? '';
    for (const line of lines) this.#line(line);
  }

  /** After buildah's end. @returns the step it came to, and its last words. */
  end(): { step: Step | undefined; announced: Announcement | undefined; last: string } {
    if (this.#open !== '') this.#line(this.#open);
    const last = this.#held.pop() ?? '';
    this.#held = this.#held.filter((line) => !logLine.test(line));
    this.#flush();
    return { step: this.#current, announced: this.#announced, last };
  }

  #line(line: string): void {
    if (failureLine.test(line) || logLine.test(line) || idLine.test(line)) {
      this.#held.push(line);
      return;
    }
    const step = stepLine.exec(line);
    this.#flush();
    if (step !== null && this.#isNext(step)) this.#begin(announcementOf(step));
    else if (cacheLine.test(line)) this.#cached();
    else if (doneLine.test(line)) this.#done(line);
    else if (!commitLine.test(line)) this.#say(`${line}\n`);
  }

  #flush(): void {
    for (const line of this.#held.splice(0)) this.#say(`${line}\n`);
  }

  /** Steps come in order: what claims to be another is a command's output. */
  #isNext(match: RegExpExecArray | null): boolean {
    if (match === null) return false;
    const { stage, step } = announcementOf(match);
    const last = this.#announced;
    if (last === undefined) return step === 1;
    return stage === last.stage ? step === last.step + 1 : stage > last.stage && step === 1;
  }

  #begin(announced: Announcement): void {
    this.#announced = announced;
    this.#isCached = false;
    const step = this.#steps.find(announced);
    const triggers = this.#steps.triggers(announced);
    if (step === undefined) {
      if (announced.step === 2) this.#say(`# Executing ${triggers} build trigger${triggers === 1 ? '' : 's'}\n`);
      this.#current = undefined;
      return;
    }
    this.#current = step;
    this.#announce(step);
    const base = announced.step === 1 ? this.#baseOf(announced.stage) : '';
    if (base !== '') this.#say(` ---> ${base}\n`);
  }

  #announce({ number, text }: Step): void {
    this.#say(`Step ${number}/${this.#steps.total} : ${text}\n`);
  }

  #cached(): void {
    if (!this.#isCached) this.#say(' ---> Using cache\n');
    this.#isCached = true;
  }

  #done(line: string): void {
    this.#say(` ---> ${doneLine.exec(line)?.[1] ?? ''}\n`);
  }
}

function announcementOf([, stage = '1', step = '', of = '', text = '']: RegExpExecArray): Announcement {
  return { stage: Number(stage) - 1, step: Number(step), of: Number(of), text };
}
