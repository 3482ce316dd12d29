import { invalidArgument } from '../../errors/index.ts';
import type { TarEntry } from '../../host/index.ts';

/** A whiteout of a layer: hides `name` in `parent`, or all that lower layers have in `parent`. Bytes as latin1. */
export interface Whiteout {
  /** Folder names from the layer's root down. */
  parent: string[];
  /** Undefined for an opaque folder. */
  name: string | undefined;
}

const prefix = '.wh.';
const metadata = '.wh..wh.';
const opaque = '.wh..wh..opq';

/**
 * Gathers what the members of a layer's archive say, and refuses what could reach outside of the layer.
 * Whiteout names: image-spec, layer.md.
 */
export class LayerEntries {
  readonly whiteouts: Whiteout[] = [];
  /** Bytes of all files, as Docker counts the size of a layer. */
  size = 0;
  count = 0;

  /** @throws invalid-argument naming the member. */
  add(entry: TarEntry): void {
    this.count += 1;
    const parts = safeParts(entry.name, 'entry');
    if (entry.type === '1') safeParts(entry.linkName, 'hard link to');
    const base = parts.at(-1) ?? '';
    const inWhiteout = parts.slice(0, -1).some((part) => part.startsWith(prefix));
    if (inWhiteout) return;
    if (base.startsWith(prefix)) this.#whiteout(entry.name, parts);
    else this.size += entry.size;
  }

  #whiteout(entryName: string, parts: string[]): void {
    const base = parts.at(-1) ?? '';
    const parent = parts.slice(0, -1);
    if (base === opaque) this.whiteouts.push({ parent, name: undefined });
    // Others of this prefix are aufs' own book-keeping and mean nothing to other readers.
    if (base.startsWith(metadata)) return;
    const name = base.slice(prefix.length);
    if (name === '' || name === '.' || name === '..') throw refused('whiteout', entryName);
    this.whiteouts.push({ parent, name });
  }
}

/** The parts of a name below the layer's root; a leading `/` means the root, as with every reader of layers. */
function safeParts(name: string, what: string): string[] {
  const parts = name.split('/').filter((part) => part !== '' && part !== '.');
  // A NUL ends the name for some readers and not for others.
  if (parts.includes('..') || name.includes('\0')) throw refused(what, name);
  return parts;
}

function refused(what: string, name: string): Error {
  const shown = JSON.stringify(Buffer.from(name.slice(0, 300), 'latin1').toString());
  return invalidArgument(`invalid layer: ${what} ${shown} leads outside of the layer`);
}
