import { invalidArgument } from '../../errors/index.ts';
import type { App } from '../app.ts';
import { type FlagValues, integer, list, map, text, toggle } from '../flags/index.ts';
import { labelMap } from '../format/labels.ts';
import { consoleSize } from '../streams/terminal-size.ts';
import { checkEnvironment, readEnvironment, readKeyValues } from './environment.ts';

/** Flags for the process and what it is called. */
export const PROCESS_FLAGS = {
  annotation: map('Add an annotation to the container (passed through to the OCI runtime)'),
  attach: list('Attach to STDIN, STDOUT or STDERR', { short: 'a', check: checkStream }),
  domainname: text('Container NIS domain name'),
  entrypoint: text('Overwrite the default ENTRYPOINT of the image'),
  env: list('Set environment variables', { short: 'e', check: checkEnvironment }),
  'env-file': list('Read in a file of environment variables'),
  hostname: text('Container host name', { short: 'h' }),
  init: toggle('Run an init inside the container that forwards signals and reaps processes'),
  interactive: toggle('Keep STDIN open even if not attached', { short: 'i' }),
  label: list('Set meta data on a container', { short: 'l', check: checkLabel }),
  'label-file': list('Read in a line delimited file of labels'),
  'stop-signal': text('Signal to stop the container'),
  'stop-timeout': integer('Timeout (in seconds) to stop a container'),
  tty: toggle('Allocate a pseudo-TTY', { short: 't' }),
  user: text('Username or UID (format: <name|uid>[:<group|gid>])', { short: 'u' }),
  workdir: text('Working directory inside the container', { short: 'w' }),
};

function checkStream(raw: string): string {
  const stream = raw.toLowerCase();
  if (!['stdin', 'stdout', 'stderr'].includes(stream)) {
    throw invalidArgument('valid streams are STDIN, STDOUT and STDERR');
  }
  return stream;
}

function checkLabel(raw: string): string {
  if (raw === '' || raw.startsWith('=')) throw invalidArgument(`invalid label '${raw}': empty name`);
  return raw;
}

type Values = FlagValues<typeof PROCESS_FLAGS>;

/** Which of the user's streams a container is attached to. */
export interface AttachedStreams {
  stdin: boolean;
  stdout: boolean;
  stderr: boolean;
}

/** All but input where nothing is said; `-i` always adds input. Detached, none. */
export function attachedStreams(values: Values, detach: boolean): AttachedStreams {
  const asked = values.attach;
  const all = asked.length === 0 && !detach;
  return {
    stdin: asked.includes('stdin') || (values.interactive && !detach),
    stdout: all || asked.includes('stdout'),
    stderr: all || asked.includes('stderr'),
  };
}

interface ProcessRequest {
  values: Values;
  given: ReadonlySet<string>;
  image: string;
  command: readonly string[];
  streams: AttachedStreams;
}

/** The fields of `Config` that speak of the process. */
export function processConfig(app: App, { values, given, image, command, streams }: ProcessRequest) {
  return {
    Hostname: values.hostname,
    Domainname: values.domainname,
    User: values.user,
    AttachStdin: streams.stdin,
    AttachStdout: streams.stdout,
    AttachStderr: streams.stderr,
    Tty: values.tty,
    OpenStdin: values.interactive,
    StdinOnce: values.interactive && streams.stdin,
    Env: readEnvironment(app, { files: values['env-file'], variables: values.env }),
    Cmd: command.length === 0 ? null : command,
    Image: image,
    WorkingDir: values.workdir,
    // An empty entrypoint takes the image's away; one that was not given leaves it.
    Entrypoint: given.has('entrypoint') ? [values.entrypoint] : null,
    OnBuild: null,
    Labels: labelMap([...values['label-file'].flatMap((file) => readKeyValues(app, file)), ...values.label]),
    ...(values['stop-signal'] === '' ? {} : { StopSignal: values['stop-signal'] }),
    ...(given.has('stop-timeout') ? { StopTimeout: values['stop-timeout'] } : {}),
  };
}

/** The fields of `HostConfig` that speak of the process. */
export function processHostConfig(app: App, { values, given }: Pick<ProcessRequest, 'values' | 'given'>) {
  return {
    ConsoleSize: consoleSize(app.stdout),
    ...(values.annotation.size === 0 ? {} : { Annotations: Object.fromEntries(values.annotation) }),
    ...(given.has('init') ? { Init: values.init } : {}),
  };
}
