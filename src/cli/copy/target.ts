import { invalidArgument } from '../../errors/index.ts';

/** What is copied: its path as asked, which may end in `/.` for "what is in it". */
export interface CopySource {
  path: string;
  isDirectory: boolean;
  /** The name it goes by at the other end, where that is not its own (a followed symbolic link). */
  rename?: string | undefined;
}

/** Where it is copied to, as it was found. */
export interface CopyDestination {
  path: string;
  exists: boolean;
  isDirectory: boolean;
}

/** The folder to unpack in, and the first part of the entries' names, before and after. */
export interface CopyTarget {
  folder: string;
  from: string;
  to: string;
}

/**
 * Decides where a copy ends up, by docker cp's rules: into an existing folder, over an existing file, or under a new name.
 * @throws invalid-argument for a folder over a file, and for a file into a folder that is not there.
 */
export function copyTarget(source: CopySource, destination: CopyDestination): CopyTarget {
  const own = baseOf(source.path);
  const name = source.rename ?? own;
  if (destination.exists && destination.isDirectory) return { folder: destination.path, from: own, to: name };
  if (destination.exists && source.isDirectory) throw invalidArgument('cannot copy directory');
  if (!source.isDirectory && endsAsFolder(destination.path)) {
    throw invalidArgument(
      destination.exists ? 'not a directory' : `no such directory: ${destination.path.replace(/\/\.?$/, '')}`,
    );
  }
  const { folder, base } = splitPath(destination.path);
  return { folder, from: own, to: base };
}

/** `x/` and `x/.` speak of a folder. */
export function endsAsFolder(path: string): boolean {
  return /(^|\/)\.?$/.test(path);
}

/** The name entries of a source's archive start with: its last part, `.` for what is in a folder, `` for the root. */
export function baseOf(path: string): string {
  if (/(^|\/)\.$/.test(path)) return '.';
  return path.replace(/\/+$/, '').split('/').at(-1) ?? '';
}

function splitPath(path: string): { folder: string; base: string } {
  const clean = path.replace(/\/+\.?$/, '') || '/';
  const at = clean.lastIndexOf('/');
  return { folder: at === -1 ? '.' : clean.slice(0, at) || '/', base: clean.slice(at + 1) };
}

/** Gives an entry of the archive its name at the other end. Archives name folders with a slash at the end, or without. */
export function renamed(name: string, { from, to }: CopyTarget): string {
  const clean = name.replace(/^\.?\/+/, '');
  if (from === '.' || from === '') return join(to === '.' ? '' : to, clean === '.' ? '' : clean);
  if (clean === from || clean.startsWith(`${from}/`)) return to + clean.slice(from.length);
  return clean;
}

function join(first: string, rest: string): string {
  if (first === '') return rest === '' ? '.' : rest;
  return rest === '' ? first : `${first}/${rest}`;
}
