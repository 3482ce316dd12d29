import { jsonWords } from '../images/index.ts';
import type { Progress } from '../wire/index.ts';
import type { Announcement, Step } from './steps.ts';

export interface FailedBuild {
  step: Step | undefined;
  announced: Announcement | undefined;
  /** buildah's last words. */
  last: string;
  /** The shell of the stage. */
  shell: readonly string[];
  /** Where the context was; nobody's business. */
  folder: string;
}

/** What a failed build tells last, in the words of the classic builder. */
export function failureMessage(failed: FailedBuild): Progress {
  const { code, message } = explain(failed);
  return { errorDetail: code === undefined ? { message } : { code, message }, error: message };
}

function explain(failed: FailedBuild): { code?: number; message: string } {
  const words = lastWords(failed);
  const status = /: exit status (\d+)$/.exec(words)?.[1];
  if (status !== undefined && /\bwhile running runtime\b/.test(words)) {
    const code = Number(status);
    return { code, message: `The command '${commandOf(failed)}' returned a non-zero code: ${code}` };
  }
  return { message: copyFailure(failed, words) ?? words };
}

/** The last thing buildah complains of, without what is said by the step already. */
function lastWords({ last, folder }: FailedBuild): string {
  const words = last.replace(/^Error: /, '');
  const plain = words.replace(/^building at STEP "(?:[^"\\]|\\.)*": /, '').replaceAll(folder, 'the build context');
  return plain === '' ? 'the builder ended without saying why' : plain;
}

/** The command line of a RUN, as it was run. */
function commandOf({ step, announced, shell }: FailedBuild): string {
  const rest = step?.instruction?.rest ?? announced?.text.replace(/^RUN\s+/i, '') ?? '';
  return (jsonWords(rest) ?? [...shell, rest]).join(' ');
}

function copyFailure({ step }: FailedBuild, words: string): string | undefined {
  const name = step?.instruction?.name ?? '';
  if (name !== 'COPY' && name !== 'ADD') return undefined;
  const missing = /copier: stat: "\/?([^"]*)": no such file or directory/.exec(words)?.[1];
  if (missing === undefined) return `${name} failed: ${words}`;
  if (step?.instruction?.flags.has('from') === true) return `${name} failed: stat ${missing}: file does not exist`;
  return `${name} failed: file not found in build context or excluded by .dockerignore: stat ${missing}: file does not exist`;
}
