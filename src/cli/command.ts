import type { App } from './app.ts';
import { type FlagSet, type FlagValues, type ParsedLine, parseLine } from './flags/index.ts';

/** How many words a command takes besides its flags. */
export interface ArgumentRule {
  min: number;
  max?: number;
}

/** What a word on the command line names, for completion. */
export type Noun =
  | 'container'
  | 'running-container'
  | 'stopped-container'
  | 'image'
  | 'volume'
  | 'trash'
  | 'network'
  | 'pool'
  | 'container-path'
  | 'backup-repository'
  | 'file';

/** One call of a command. */
export interface Invocation<F extends FlagSet> {
  app: App;
  /** How the user called it, such as "holdfast container run". */
  path: string;
  values: FlagValues<F>;
  /** Names of the flags that were given. */
  given: ReadonlySet<string>;
  args: string[];
}

export interface CommandSpec<F extends FlagSet> {
  /** What follows the command's name, one line a form. */
  usage: string | readonly string[];
  /** More than the one line of the command table says. */
  details?: string;
  examples?: readonly { what: string; command: string }[];
  flags: F;
  args: ArgumentRule;
  /** Flags end at the first word, the rest being the container's command. */
  stopAtFirstArgument?: boolean;
  /** Nouns of the words, the last one standing for all that follow. */
  completes?: readonly Noun[];
  /** @returns the exit code; none means 0. */
  run(call: Invocation<F>): Promise<number | undefined>;
}

/** A command ready to be run on a command line. */
export interface Command extends Omit<CommandSpec<FlagSet>, 'run'> {
  parse(words: readonly string[]): ParsedLine<FlagSet>;
  call(app: App, path: string, parsed: ParsedLine<FlagSet>): Promise<number | undefined>;
}

/** Keeps the types of a command's flags between their declaration and its `run`. */
export function defineCommand<F extends FlagSet>(spec: CommandSpec<F>): Command {
  const { run, ...rest } = spec;
  return {
    ...rest,
    parse: (words) => parseLine(spec.flags, words, { stopAtFirstArgument: spec.stopAtFirstArgument ?? false }),
    call: (app, path, parsed) => run({ app, path, ...(parsed as ParsedLine<F>) }),
  };
}
