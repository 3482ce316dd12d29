import { resolve } from 'node:path';
import { invalidArgument } from '../../errors/index.ts';

/** What `-v` comes to: paths that get a volume of their own, and sources that are bound. */
export interface VolumeFlags {
  /** Keys of `Config.Volumes`. */
  anonymous: string[];
  /** `HostConfig.Binds` */
  binds: string[];
}

/**
 * Reads all `-v` values: a path alone, `SOURCE:TARGET` or `SOURCE:TARGET:OPTIONS`. A source that starts with a dot is a
 * path from where the command runs; the daemon judges everything else. Docker's client takes a one-letter name for a
 * drive and makes an anonymous volume of `x:/data`; here the daemon gets to say that the name is too short.
 * @throws invalid-argument in docker's words.
 */
export function readVolumeFlags(specs: readonly string[], cwd: string): VolumeFlags {
  const flags: VolumeFlags = { anonymous: [], binds: [] };
  for (const spec of specs) {
    const [source = '', ...rest] = splitSpec(spec);
    if (rest.length === 0) flags.anonymous.push(spec);
    else flags.binds.push([absolute(source, cwd), ...rest].join(':'));
  }
  return flags;
}

function splitSpec(spec: string): string[] {
  if (spec === '') throw invalidArgument('invalid empty volume spec');
  const parts = spec.split(':');
  if (parts.length > 3) throw invalidArgument(`invalid spec: ${spec}: too many colons`);
  if (parts.some((part) => part === '')) throw invalidArgument(`invalid spec: ${spec}: empty section between colons`);
  return parts;
}

/** Makes what starts with a dot absolute; names and absolute paths stay. */
export function absolute(source: string, cwd: string): string {
  return source.startsWith('.') ? resolve(cwd, source) : source;
}
