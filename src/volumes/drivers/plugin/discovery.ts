import { type Dirent, readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { messageOf, systemError } from '../../../errors/index.ts';
import { type PluginAddress, parseJsonSpec, parseSpec } from './address.ts';

/** Names that can be files in a plugin folder: nothing that leads out of it, nothing hidden. */
const pluginName = /^[a-zA-Z0-9][a-zA-Z0-9_.-]{0,200}$/;
const latest = ':latest';

/**
 * The name under which a plugin is known: `p:latest` is `p`.
 * @returns undefined for a name that no plugin of a folder can have.
 */
export function canonicalName(name: string): string | undefined {
  const plain = name.endsWith(latest) ? name.slice(0, -latest.length) : name;
  return pluginName.test(plain) ? plain : undefined;
}

/**
 * Looks for a plugin as Docker's plugin discovery does (v1): a socket `N.sock` or `N/N.sock` in any of the folders, else
 * `N.spec` (one line, a URL) or `N.json`, each also as `N/N.…`. Read afresh each time: plugins come and go.
 * @param folders absolute; the first that has it wins.
 * @returns undefined where there is none. @throws system for a spec that cannot be read.
 */
export function discover(name: string, folders: readonly string[]): PluginAddress | undefined {
  const places = folders.flatMap((folder) => [join(folder, name), join(folder, name, name)]);
  const socketPath = places.map((place) => `${place}.sock`).find(isSocket);
  if (socketPath !== undefined) return { socketPath };
  for (const place of places) {
    const spec = readIfThere(`${place}.spec`);
    if (spec !== undefined) return readable(`${place}.spec`, () => parseSpec(spec));
    const json = readIfThere(`${place}.json`);
    if (json !== undefined) return readable(`${place}.json`, () => parseJsonSpec(json));
  }
  return undefined;
}

/** The names of all plugins that the folders tell of, sorted; whether anybody answers there is not asked. */
export function discoverable(folders: readonly string[]): string[] {
  const names = folders.flatMap((folder) => entriesOf(folder).flatMap((entry) => nameOf(folder, entry)));
  return [...new Set(names)].filter((name) => pluginName.test(name)).sort();
}

const suffixes = ['.sock', '.spec', '.json'];

function nameOf(folder: string, entry: Dirent): string[] {
  const { name } = entry;
  if (!entry.isDirectory()) return namesAmong([name]);
  const inside = entriesOf(join(folder, name)).map((each) => each.name);
  return namesAmong(inside).filter((each) => each === name);
}

const namesAmong = (files: readonly string[]): string[] =>
  files.flatMap((file) => suffixes.filter((suffix) => file.endsWith(suffix)).map((suffix) => basename(file, suffix)));

function entriesOf(folder: string): Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch {
    // Most hosts have none of the folders.
    return [];
  }
}

const isSocket = (path: string): boolean => {
  try {
    return statSync(path, { throwIfNoEntry: false })?.isSocket() ?? false;
  } catch {
    // A file in place of a folder, or a loop of links: no socket in any case.
    return false;
  }
};

function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw systemError(`cannot read ${path}: ${messageOf(error)}`, error);
  }
}

function readable<T>(path: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw systemError(`${path} does not say where a plugin is: ${messageOf(error)}`, error);
  }
}
