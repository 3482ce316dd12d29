import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { invalidArgument, messageOf } from '../errors/index.ts';

/** The parts of docker's config.json this command heeds; it keeps the others when it writes the file. */
export interface ConfigFile {
  path: string;
  auths?: Record<string, { auth?: string; identitytoken?: string; registrytoken?: string }>;
  HttpHeaders?: Record<string, string>;
  detachKeys?: string;
  credsStore?: string;
  credHelpers?: Record<string, string>;
  psFormat?: string;
  imagesFormat?: string;
  volumesFormat?: string;
  networksFormat?: string;
  statsFormat?: string;
}

/** The folder of the configuration: --config, DOCKER_CONFIG, or ~/.docker, shared with docker so that logins are too. */
export function configFolder(flag: string | undefined, env: NodeJS.ProcessEnv): string {
  return flag ?? (env.DOCKER_CONFIG || join(env.HOME || homedir(), '.docker'));
}

/** Reads the configuration; a missing file is an empty one. @throws invalid-argument where it is no JSON object. */
export function readConfig(folder: string): ConfigFile {
  const path = join(folder, 'config.json');
  const content = readIfThere(path);
  if (content === undefined || content.trim() === '') return { path };
  try {
    return { ...(JSON.parse(content) as Omit<ConfigFile, 'path'>), path };
  } catch (error) {
    throw invalidArgument(`error loading config file: ${path}: ${messageOf(error)}`, error);
  }
}

function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    // No file, or one we may not read: docker warns of the latter only, and works without it.
    return undefined;
  }
}
