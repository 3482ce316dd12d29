import { existsSync } from 'node:fs';
import { invalidArgument, notImplemented } from '../../errors/index.ts';
import { hasSelinux } from '../../host/index.ts';
import type { HostConfig } from '../../wire/index.ts';
import type { OciSeccomp } from './oci.ts';
import { parseSeccompProfile, resolveSeccomp } from './seccomp.ts';
import { defaultSeccompProfile } from './seccomp-default.ts';

/** What the `--security-opt` values of a container come to. */
export interface SecurityOptions {
  noNewPrivileges: boolean;
  /** "" for the default, "unconfined", or the name of a profile the host has loaded. */
  apparmor: string;
  /** "" or "builtin" for the default, "unconfined", or the JSON of a profile. */
  seccomp: string;
  /** `systempaths=unconfined`: no masked and no read-only paths. */
  unconfinedPaths: boolean;
}

/** @throws invalid-argument with Docker's words for a value it does not know. */
export function parseSecurityOptions(options: readonly string[]): SecurityOptions {
  const parsed: SecurityOptions = { noNewPrivileges: false, apparmor: '', seccomp: '', unconfinedPaths: false };
  for (const option of options) apply(parsed, option);
  return parsed;
}

function apply(parsed: SecurityOptions, option: string): void {
  if (option === 'no-new-privileges') {
    parsed.noNewPrivileges = true;
    return;
  }
  // The old spelling of label=disable.
  if (option === 'disable') return;
  const { key, value } = split(option);
  switch (key) {
    case 'no-new-privileges':
      parsed.noNewPrivileges = booleanOf(value, option);
      return;
    case 'apparmor':
      parsed.apparmor = value;
      return;
    case 'seccomp':
      parsed.seccomp = value;
      return;
    case 'label':
      refuseLabel(value);
      return;
    case 'systempaths':
      if (value !== 'unconfined') throw invalid(option);
      parsed.unconfinedPaths = true;
      return;
    default:
      throw invalid(option);
  }
}

const invalid = (option: string) => invalidArgument(`invalid --security-opt 2: ${JSON.stringify(option)}`);

/** `key=value`; `key:value` is the form of before Docker 1.11, still taken where there is no `=`. */
function split(option: string): { key: string; value: string } {
  const at = option.includes('=') ? option.indexOf('=') : option.indexOf(':');
  if (at < 0) throw invalidArgument(`invalid --security-opt 1: ${JSON.stringify(option)}`);
  return { key: option.slice(0, at), value: option.slice(at + 1) };
}

function booleanOf(value: string, option: string): boolean {
  if (['1', 't', 'T', 'true', 'TRUE', 'True'].includes(value)) return true;
  if (['0', 'f', 'F', 'false', 'FALSE', 'False'].includes(value)) return false;
  throw invalid(option);
}

/** Labels mean nothing without SELinux, as with Docker; with it, a label that is not given would be a hole. */
function refuseLabel(value: string): void {
  if (value === 'disable' || !hasSelinux()) return;
  throw notImplemented(`SELinux labels are not supported: label=${value}`);
}

/**
 * The name of the AppArmor profile to run under; undefined where the host has no AppArmor or nothing is asked.
 * @throws invalid-argument where a profile is asked of a host without AppArmor.
 */
export function apparmorProfile(name: string): string | undefined {
  if (name === '') return undefined;
  if (existsSync('/sys/kernel/security/apparmor')) return name;
  if (name === 'unconfined') return undefined;
  throw invalidArgument(`AppArmor is not supported on this host, but the profile '${name}' was specified`);
}

/**
 * The filter of a container; undefined for none. A privileged container has one only where it names it.
 * @throws invalid-argument where the given profile is none.
 */
export function seccompFor(
  profile: string,
  { Privileged }: Pick<HostConfig, 'Privileged'>,
  capabilities: string[],
): OciSeccomp | undefined {
  if (profile === 'unconfined' || (Privileged && profile === '')) return undefined;
  const rules = profile === '' || profile === 'builtin' ? defaultSeccompProfile : parseSeccompProfile(profile);
  return resolveSeccomp(rules, { capabilities });
}
