import { invalidArgument } from '../../errors/index.ts';
import { parseSize } from '../../wire/index.ts';
import type { Flag } from '../flags/index.ts';
import { csvFields } from './csv.ts';

/** One entry of `HostConfig.Mounts` as sent: what was not asked for is left out. */
export interface MountRequest {
  Type: string;
  Source?: string;
  Target?: string;
  ReadOnly?: boolean;
  Chown?: boolean;
  Consistency?: string;
  BindOptions?: Record<string, unknown>;
  VolumeOptions?: VolumeOptions;
  ImageOptions?: Record<string, unknown>;
  TmpfsOptions?: Record<string, unknown>;
}

interface IdMapping {
  Source: string;
  User?: string;
}

interface VolumeOptions {
  NoCopy?: boolean;
  Labels?: Record<string, string>;
  Subpath?: string;
  IDMapping?: IdMapping;
  DriverConfig: { Name?: string; Options?: Record<string, string> };
}

/** `--mount type=…,source=…,target=…`, each occurrence one mount. */
export function mountFlag(help: string): Flag<readonly MountRequest[]> {
  return {
    help,
    placeholder: 'mount',
    initial: [],
    parse: (raw, previous: readonly MountRequest[]) => [...previous, parseMount(raw)],
  };
}

/** Reads one `--mount`: a CSV record of keys and values. @throws invalid-argument in docker's words. */
export function parseMount(raw: string): MountRequest {
  const mount: MountRequest = { Type: 'volume' };
  for (const field of csvFields(raw)) readField(mount, field);
  if (mount.Type === '') throw invalidArgument('type is required');
  if ((mount.Target ?? '') === '') throw invalidArgument('target is required');
  refuseMixed(mount);
  checkRecursion(mount);
  return mount;
}

const BARE = new Set([
  'readonly',
  'ro',
  'u',
  'chown',
  'bind-idmap',
  'volume-idmap',
  'volume-nocopy',
  'bind-nonrecursive',
  'bind-create-src',
]);

function readField(mount: MountRequest, field: string): void {
  const at = field.indexOf('=');
  const key = (at === -1 ? field : field.slice(0, at)).toLowerCase();
  if (at === -1 && !BARE.has(key)) throw invalidArgument(`invalid field '${field}' must be a key=value pair`);
  const read = Object.hasOwn(READERS, key) ? READERS[key] : undefined;
  if (read === undefined) throw invalidArgument(`unexpected key '${key}' in '${field}'`);
  read(mount, at === -1 ? 'true' : field.slice(at + 1), key);
}

type Reader = (mount: MountRequest, value: string, key: string) => void;

const source: Reader = (mount, value) => {
  mount.Source = value;
};
const target: Reader = (mount, value) => {
  mount.Target = value;
};
const readOnly: Reader = (mount, value, key) => {
  if (truth(value, key)) mount.ReadOnly = true;
  else delete mount.ReadOnly;
};

/** As podman has it: not a key of docker's. */
const takeOver: Reader = (mount, value, key) => {
  if (truth(value, key)) mount.Chown = true;
  else delete mount.Chown;
};

const READERS: Record<string, Reader> = {
  type: (mount, value) => {
    mount.Type = value.toLowerCase();
  },
  source,
  src: source,
  target,
  dst: target,
  destination: target,
  readonly: readOnly,
  ro: readOnly,
  u: takeOver,
  chown: takeOver,
  consistency: (mount, value) => {
    mount.Consistency = value.toLowerCase();
  },
  'bind-propagation': (mount, value) => {
    bind(mount).Propagation = value.toLowerCase();
  },
  'bind-nonrecursive': (mount, value, key) => {
    if (truth(value, key)) bind(mount).NonRecursive = true;
  },
  'bind-create-src': (mount, value, key) => {
    if (truth(value, key)) bind(mount).CreateMountpoint = true;
  },
  'bind-recursive': readRecursion,
  'bind-idmap': (mount, value, key) => {
    bind(mount).IDMapping = idMapping(value, key);
  },
  'volume-idmap': (mount, value, key) => {
    volume(mount).IDMapping = idMapping(value, key);
  },
  'volume-subpath': (mount, value) => {
    volume(mount).Subpath = value;
  },
  'volume-nocopy': (mount, value, key) => {
    const options = volume(mount);
    if (truth(value, key)) options.NoCopy = true;
  },
  'volume-label': (mount, value) => {
    const options = volume(mount);
    options.Labels = { ...options.Labels, ...pair(value) };
  },
  'volume-driver': (mount, value) => {
    volume(mount).DriverConfig.Name = value;
  },
  'volume-opt': (mount, value) => {
    const { DriverConfig } = volume(mount);
    DriverConfig.Options = { ...DriverConfig.Options, ...pair(value) };
  },
  'image-subpath': (mount, value) => {
    mount.ImageOptions = { ...mount.ImageOptions, Subpath: value };
  },
  'tmpfs-size': (mount, value, key) => {
    mount.TmpfsOptions = { ...mount.TmpfsOptions, SizeBytes: sizeOf(value, key) };
  },
  'tmpfs-mode': (mount, value, key) => {
    const Mode = /^[0-7]+$/.test(value) ? Number.parseInt(value, 8) : Number.NaN;
    if (!(Mode < 2 ** 32)) throw badValue(key, value);
    mount.TmpfsOptions = { ...mount.TmpfsOptions, Mode };
  },
};

function readRecursion(mount: MountRequest, value: string, key: string): void {
  const fields: Record<string, string | undefined> = {
    disabled: 'NonRecursive',
    writable: 'ReadOnlyNonRecursive',
    readonly: 'ReadOnlyForceRecursive',
  };
  if (value === 'enabled') return;
  const field = Object.hasOwn(fields, value) ? fields[value] : undefined;
  if (field === undefined) {
    throw invalidArgument(
      `invalid value for ${key}: ${value} (must be "enabled", "disabled", "writable", or "readonly")`,
    );
  }
  bind(mount)[field] = true;
}

/** `match-user`, which a bare key means too, or `match-user:USER`, where the user may have a group after another colon. */
function idMapping(value: string, key: string): IdMapping {
  if (value === 'true' || value === 'match-user') return { Source: 'match-user' };
  const prefix = 'match-user:';
  const user = value.startsWith(prefix) ? value.slice(prefix.length) : '';
  if (user !== '') return { Source: 'match-user', User: user };
  throw invalidArgument(`invalid value for ${key}: ${value} (must be "match-user" or "match-user:USER")`);
}

function bind(mount: MountRequest): Record<string, unknown> {
  mount.BindOptions ??= {};
  return mount.BindOptions;
}

function volume(mount: MountRequest): VolumeOptions {
  mount.VolumeOptions ??= { DriverConfig: {} };
  return mount.VolumeOptions;
}

function truth(value: string, key: string): boolean {
  if (value === 'true' || value === '1') return true;
  if (value === 'false' || value === '0') return false;
  throw badValue(key, value);
}

function sizeOf(value: string, key: string): number {
  try {
    return parseSize(value);
  } catch (error) {
    throw invalidArgument(`invalid value for ${key}: ${value}`, error);
  }
}

function badValue(key: string, value: string): Error {
  return invalidArgument(`invalid value for ${key}: ${value}`);
}

function pair(value: string): Record<string, string> {
  const at = value.indexOf('=');
  return at === -1 ? { [value]: '' } : { [value.slice(0, at)]: value.slice(at + 1) };
}

/** Options of one type of mount mean nothing to another. */
function refuseMixed(mount: MountRequest): void {
  const options = {
    bind: mount.BindOptions,
    volume: mount.VolumeOptions,
    image: mount.ImageOptions,
    tmpfs: mount.TmpfsOptions,
  };
  for (const [type, given] of Object.entries(options)) {
    if (given !== undefined && mount.Type !== type) {
      throw invalidArgument(`cannot mix '${type}-*' options with mount type '${mount.Type}'`);
    }
  }
}

function checkRecursion({ BindOptions, ReadOnly }: MountRequest): void {
  const word = BindOptions?.ReadOnlyForceRecursive === true ? 'readonly' : 'writable';
  const asked = BindOptions?.ReadOnlyForceRecursive === true || BindOptions?.ReadOnlyNonRecursive === true;
  if (!asked) return;
  const needs = (what: string) =>
    invalidArgument(`option 'bind-recursive=${word}' requires '${what}' to be specified in conjunction`);
  if (ReadOnly !== true) throw needs('readonly');
  if (word === 'readonly' && BindOptions?.Propagation !== 'rprivate') throw needs('bind-propagation=rprivate');
}
