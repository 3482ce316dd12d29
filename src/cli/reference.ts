import { invalidArgument } from '../errors/index.ts';

/** A reference taken apart, with the names docker fills in where one is left out. */
export interface ImageReference {
  /** As written, without tag and digest. */
  name: string;
  /** With the registry and `library/`: docker.io/library/alpine. */
  fullName: string;
  /** The registry alone: docker.io. */
  registry: string;
  tag: string;
  digest: string;
}

const COMPONENT = /^[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*$/;
const REGISTRY =
  /^(?:\[[a-fA-F\d:]+\]|[a-zA-Z\d](?:[a-zA-Z\d-]*[a-zA-Z\d])?(?:\.[a-zA-Z\d](?:[a-zA-Z\d-]*[a-zA-Z\d])?)*)(?::\d+)?$/;
const HUB = 'docker.io';

/** Reads an image reference by docker's grammar. @throws invalid-argument in docker's words. */
export function splitReference(raw: string): ImageReference {
  const match = /^(.*?)(?::([\w][\w.-]{0,127}))?(?:@([a-z][a-z\d+._-]*:[\da-f]{32,}))?$/i.exec(raw);
  const name = match?.[1] ?? '';
  if (/^[\da-f]{64}$/.test(raw)) {
    throw invalidArgument(`invalid repository name (${raw}), cannot specify 64-byte hexadecimal strings`);
  }
  if (match === null || name === '') throw invalidArgument('invalid reference format');
  const { registry, path } = splitRegistry(name);
  if (path !== path.toLowerCase() && COMPONENT.test(path.toLowerCase().split('/')[0] ?? '')) {
    throw invalidArgument(`invalid reference format: repository name (${path}) must be lowercase`);
  }
  if (!REGISTRY.test(registry) || !path.split('/').every((part) => COMPONENT.test(part))) {
    throw invalidArgument('invalid reference format');
  }
  return { name, fullName: `${registry}/${path}`, registry, tag: match[2] ?? '', digest: match[3] ?? '' };
}

/** The tag that is meant where neither tag nor digest is given. */
export const DEFAULT_TAG = 'latest';

function splitRegistry(name: string): { registry: string; path: string } {
  const slash = name.indexOf('/');
  const first = slash === -1 ? '' : name.slice(0, slash);
  const isRegistry =
    first.includes('.') || first.includes(':') || first === 'localhost' || first !== first.toLowerCase();
  const registry = isRegistry ? first.replace(/^index\.docker\.io$/, HUB) : HUB;
  const path = isRegistry ? name.slice(slash + 1) : name;
  return { registry, path: registry === HUB && !path.includes('/') ? `library/${path}` : path };
}
