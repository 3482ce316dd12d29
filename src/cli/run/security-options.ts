import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { invalidArgument, messageOf } from '../../errors/index.ts';
import type { App } from '../app.ts';
import { fileError } from '../user-file.ts';

interface SecurityFields {
  SecurityOpt: string[] | null;
  MaskedPaths: string[] | null;
  ReadonlyPaths: string[] | null;
}

/**
 * Reads `--security-opt` values. A seccomp profile is a file of the user's, so it is read here and its content sent;
 * systempaths=unconfined is an option of the client's that takes away the masks. @throws invalid-argument.
 */
export function readSecurityOptions(app: App, options: readonly string[]): SecurityFields {
  if (options.length === 0) return { SecurityOpt: null, MaskedPaths: null, ReadonlyPaths: null };
  const unmasked = options.includes('systempaths=unconfined');
  const sent = options.filter((option) => option !== 'systempaths=unconfined').map((option) => readOption(app, option));
  return { SecurityOpt: sent, MaskedPaths: unmasked ? [] : null, ReadonlyPaths: unmasked ? [] : null };
}

function readOption(app: App, option: string): string {
  const [, name = '', sign = '', value = ''] = /^([^=:]*)([=:]?)(.*)$/s.exec(option) ?? [];
  if (sign === '' && option !== 'no-new-privileges')
    throw invalidArgument(`Invalid --security-opt: ${JSON.stringify(option)}`);
  if (name !== 'seccomp' || ['', 'unconfined', 'builtin'].includes(value)) return option;
  return `seccomp=${readProfile(app, value)}`;
}

function readProfile(app: App, file: string): string {
  const failed = (reason: string, error: unknown) =>
    invalidArgument(`opening seccomp profile (${file}) failed: ${reason}`, error);
  let content: string;
  try {
    content = readFileSync(resolve(app.cwd, file), 'utf8');
  } catch (error) {
    throw failed(fileError('open', file, error).message, error);
  }
  try {
    return JSON.stringify(JSON.parse(content));
  } catch (error) {
    throw invalidArgument(`compacting json for seccomp profile (${file}) failed: ${messageOf(error)}`, error);
  }
}
