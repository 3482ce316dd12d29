import { posix } from 'node:path';
import { invalidArgument } from '../../errors/index.ts';
import type { ContainerConfig } from '../../wire/index.ts';
import { parseHealthcheck } from './healthcheck.ts';
import { jsonWords, parseInstructions } from './instructions.ts';
import { expand, splitWords, type Variables } from './words.ts';

interface State {
  config: ContainerConfig;
  commandSet: boolean;
}

type Apply = (state: State, rest: string) => void;

const appliers: Readonly<Record<string, Apply>> = {
  CMD: (state, rest) => {
    state.config.Cmd = commandLine(state.config, rest);
    state.commandSet = true;
  },
  // The command belongs to the entrypoint it was written for.
  ENTRYPOINT: (state, rest) => {
    const entrypoint = commandLine(state.config, rest);
    state.config.Entrypoint = entrypoint.length === 0 ? null : entrypoint;
    if (!state.commandSet) state.config.Cmd = null;
  },
  ENV: ({ config }, rest) => {
    for (const [name, value] of pairs('ENV', rest, config)) setVariable(config.Env, name, value);
  },
  LABEL: ({ config }, rest) => {
    for (const [name, value] of pairs('LABEL', rest, config)) config.Labels[name] = value;
  },
  EXPOSE: ({ config }, rest) => {
    for (const port of words(rest, config).flatMap(portsOf)) config.ExposedPorts[port] = {};
  },
  VOLUME: ({ config }, rest) => {
    for (const path of jsonWords(rest)?.map((word) => expand(word, variablesOf(config))) ?? words(rest, config)) {
      if (path.trim() === '') throw invalidArgument('VOLUME specified can not be an empty string');
      config.Volumes[path.trim()] = {};
    }
  },
  USER: ({ config }, rest) => {
    config.User = single('USER', rest, config);
  },
  WORKDIR: ({ config }, rest) => {
    config.WorkingDir = posix.resolve('/', config.WorkingDir, expand(rest, variablesOf(config)));
  },
  STOPSIGNAL: ({ config }, rest) => {
    const signal = single('STOPSIGNAL', rest, config);
    if (!/^(SIG)?[A-Z0-9+-]+$/i.test(signal)) throw invalidArgument(`Invalid signal: ${signal}`);
    config.StopSignal = signal;
  },
  HEALTHCHECK: ({ config }, rest) => {
    config.Healthcheck = parseHealthcheck(rest);
  },
  ONBUILD: ({ config }, rest) => {
    const name = rest.split(/\s/, 1)[0]?.toUpperCase() ?? '';
    if (name === 'ONBUILD') throw invalidArgument("Chaining ONBUILD via `ONBUILD ONBUILD` isn't allowed");
    if (name === 'FROM' || name === 'MAINTAINER') throw invalidArgument(`${name} isn't allowed as an ONBUILD trigger`);
    config.OnBuild = [...(config.OnBuild ?? []), rest];
  },
};

/**
 * Changes a configuration by Dockerfile instructions, as `docker commit --change` and `docker import --change` do.
 * @returns a new configuration; `config` stays as it is.
 * @throws invalid-argument for instructions that may not be given, or not so.
 */
export function applyChanges(config: ContainerConfig, changes: readonly string[]): ContainerConfig {
  const state: State = { config: structuredClone(config), commandSet: false };
  for (const { name, rest } of parseInstructions(changes)) appliers[name]?.(state, rest);
  return state.config;
}

function commandLine(config: ContainerConfig, rest: string): string[] {
  if (rest === '') return [];
  return jsonWords(rest) ?? [...(config.Shell ?? ['/bin/sh', '-c']), rest];
}

const words = (rest: string, config: ContainerConfig): string[] =>
  splitWords(rest).map((word) => expand(word, variablesOf(config)));

function single(name: string, rest: string, config: ContainerConfig): string {
  const [word, more] = words(rest, config);
  if (word === undefined || more !== undefined) throw invalidArgument(`${name} requires exactly one argument`);
  return word;
}

/** `a=b "c d"=e`, or one pair in the old form `a b c`. */
function pairs(instruction: string, rest: string, config: ContainerConfig): Array<[name: string, value: string]> {
  const variables = variablesOf(config);
  const list = splitWords(rest);
  const [first = ''] = list;
  if (!first.includes('=')) {
    const value = rest.slice(first.length).trim();
    if (value === '') throw invalidArgument(`${instruction} must have two arguments`);
    return [[expand(first, variables), expand(value, variables)]];
  }
  return list.map((word) => {
    const at = word.indexOf('=');
    if (at === -1) {
      throw invalidArgument(`Syntax error - can't find = in "${word}". Must be of the form: name=value`);
    }
    const name = expand(word.slice(0, at), variables);
    if (name === '') throw invalidArgument(`${instruction} names can not be blank`);
    return [name, expand(word.slice(at + 1), variables)];
  });
}

function variablesOf(config: ContainerConfig): Variables {
  const { Env } = config;
  return (name) => Env.findLast((entry) => entry.startsWith(`${name}=`))?.slice(name.length + 1) ?? '';
}

function setVariable(environment: string[], name: string, value: string): void {
  const at = environment.findIndex((entry) => entry.split('=', 1)[0] === name);
  if (at === -1) environment.push(`${name}=${value}`);
  else environment[at] = `${name}=${value}`;
}

/** `80`, `80/udp` and `8000-8002/tcp` as `80/tcp`, …; the addresses of a full port mapping are not for images. */
function portsOf(text: string): string[] {
  const match = /^(\d{1,5})(?:-(\d{1,5}))?(?:\/(tcp|udp|sctp))?$/i.exec(text);
  const [start, end] = [Number(match?.[1]), Number(match?.[2] ?? match?.[1])];
  if (match === null || end > 65535 || end < start) throw invalidArgument(`invalid containerPort: ${text}`);
  const protocol = (match[3] ?? 'tcp').toLowerCase();
  return Array.from({ length: end - start + 1 }, (_, index) => `${start + index}/${protocol}`);
}
