import { invalidArgument } from '../../errors/index.ts';
import { cut, type FlagValues, list, text, toggle } from '../flags/index.ts';

/** Flags for what happens around a container's run. */
export const LIFECYCLE_FLAGS = {
  cidfile: text('Write the container ID to the file'),
  'log-driver': text('Logging driver for the container'),
  'log-opt': list('Log driver options'),
  restart: text('Restart policy to apply when a container exits', { initial: 'no' }),
  rm: toggle('Automatically remove the container and its associated anonymous volumes when it exits'),
};

/** The fields of `HostConfig` for the life of a container. @throws invalid-argument in docker's words. */
export function lifecycle(values: FlagValues<typeof LIFECYCLE_FLAGS>) {
  const policy = parseRestartPolicy(values.restart);
  if (values.rm && policy.Name !== 'no' && policy.Name !== '') {
    throw invalidArgument('conflicting options: cannot specify both --restart and --rm');
  }
  const driver = values['log-driver'];
  if (driver === 'none' && values['log-opt'].length > 0) {
    throw invalidArgument(`invalid logging opts for driver ${driver}`);
  }
  return {
    ContainerIDFile: values.cidfile,
    LogConfig: { Type: driver, Config: Object.fromEntries(values['log-opt'].map(cut)) },
    RestartPolicy: policy,
    AutoRemove: values.rm,
  };
}

/** Reads `on-failure:3`. @throws invalid-argument in docker's words. */
export function parseRestartPolicy(raw: string): { Name: string; MaximumRetryCount: number } {
  const [name = '', ...rest] = raw.split(':');
  if (rest.length === 0) return { Name: name, MaximumRetryCount: 0 };
  if (name === '') throw invalidArgument('invalid restart policy format: no policy provided before colon');
  const count = rest.join(':');
  if (!/^[-+]?\d{1,18}$/.test(count)) {
    throw invalidArgument('invalid restart policy format: maximum retry count must be an integer');
  }
  return { Name: name, MaximumRetryCount: Number(count) };
}
