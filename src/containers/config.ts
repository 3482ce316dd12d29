import { invalidArgument } from '../errors/index.ts';
import type { Image } from '../images/index.ts';
import type { ContainerConfig, ContainerCreate } from '../wire/index.ts';

/**
 * The container's configuration: what the request says, completed by what the image says. A request's entrypoint drops
 * the image's command with it, since the two belong together (as Docker does since API 1.24).
 */
export function mergeConfig(body: ContainerCreate, image: Image): ContainerConfig {
  const { HostConfig: _host, NetworkingConfig: _networking, ...asked } = body;
  const base = image.config;
  const entrypointAsked = (asked.Entrypoint?.length ?? 0) > 0;
  const commandAsked = (asked.Cmd?.length ?? 0) > 0;
  return {
    ...asked,
    User: asked.User || (base.User ?? ''),
    WorkingDir: asked.WorkingDir || (base.WorkingDir ?? ''),
    StopSignal: asked.StopSignal || (base.StopSignal ?? ''),
    Env: mergeEnvironment(base.Env ?? [], asked.Env),
    Labels: { ...base.Labels, ...asked.Labels },
    Volumes: { ...base.Volumes, ...asked.Volumes },
    ExposedPorts: { ...base.ExposedPorts, ...asked.ExposedPorts },
    Healthcheck: asked.Healthcheck ?? (base.Healthcheck as ContainerConfig['Healthcheck']) ?? null,
    Shell: asked.Shell ?? base.Shell ?? null,
    Entrypoint: entrypointAsked ? withoutReset(asked.Entrypoint) : (base.Entrypoint ?? null),
    Cmd: commandAsked || entrypointAsked ? asked.Cmd : (base.Cmd ?? null),
  };
}

/** `--entrypoint ""` arrives as one empty word, and means: no entrypoint, not even the image's. */
function withoutReset(entrypoint: string[] | null): string[] | null {
  return entrypoint !== null && entrypoint.length === 1 && entrypoint[0] === '' ? null : entrypoint;
}

/** Variables of the image that the request does not name, then the request's, in the order given. */
function mergeEnvironment(base: readonly string[], asked: readonly string[]): string[] {
  const names = new Set(asked.map(nameOf));
  return [...base.filter((entry) => !names.has(nameOf(entry))), ...asked];
}

const nameOf = (entry: string): string => entry.split('=', 1)[0] ?? '';

/** What is run: entrypoint and command. @throws invalid-argument where there is neither. */
export function commandLine(config: ContainerConfig): string[] {
  const args = [...(config.Entrypoint ?? []), ...(config.Cmd ?? [])];
  if (args.length === 0) throw invalidArgument('no command specified');
  return args;
}

/** Refuses what no container could run with. Docker's checks and texts (its daemon/container.go rules). */
export function validateConfig(config: ContainerConfig): void {
  if (config.WorkingDir !== '' && !config.WorkingDir.startsWith('/')) {
    throw invalidArgument(`the working directory '${config.WorkingDir}' is invalid, it needs to be an absolute path`);
  }
  for (const entry of config.Env) {
    if (nameOf(entry) === '') throw invalidArgument(`invalid environment variable: ${entry}`);
  }
  if (config.StopTimeout !== null && config.StopTimeout < -1) {
    throw invalidArgument(`invalid stop timeout: ${config.StopTimeout}`);
  }
}

/**
 * The environment of the process: Docker's own variables, then the container's, which win. `NAME` alone unsets. HOME is the
 * runtime's to set, from the user's entry in /etc/passwd.
 */
export function processEnvironment(config: ContainerConfig, own: { hostname: string; tty: boolean }): string[] {
  const variables = new Map<string, string>([
    ['PATH', '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'],
    ['HOSTNAME', own.hostname],
  ]);
  if (own.tty) variables.set('TERM', 'xterm');
  for (const entry of config.Env) {
    const at = entry.indexOf('=');
    if (at < 0) variables.delete(entry);
    else variables.set(entry.slice(0, at), entry.slice(at + 1));
  }
  return [...variables].map(([name, value]) => `${name}=${value}`);
}
