import { invalidArgument, systemError } from '../../errors/index.ts';
import type { TarEntry } from '../../host/index.ts';

/** What there is room for in the pool. */
export interface Room {
  bytes: number;
  /** How many files; 0 where the file system has no such limit. */
  files: number;
}

/** What an archive may bring into a volume. */
export interface MemberRules {
  /** Whether device nodes are taken. */
  devices: boolean;
  room: Room;
}

/**
 * Looks at each member of an archive before tar does: what would lie outside of the volume, device nodes that nobody asked for,
 * and more than there is room for are refused, so that a small archive cannot fill the disk first.
 */
export class MemberCheck {
  readonly #rules: MemberRules;
  #bytes = 0;
  #count = 0;

  constructor(rules: MemberRules) {
    this.#rules = rules;
  }

  /** @throws invalid-argument naming the member; system where there is no room. */
  add({ name, linkName, type, stored }: TarEntry): void {
    refuseOutside(name, 'the member');
    if (type === '1') refuseOutside(linkName, 'the hard link to');
    if ((type === '3' || type === '4') && !this.#rules.devices) {
      throw invalidArgument(
        `the archive holds the device node ${shown(name)}, which gives containers a way to a device of this host: take it with --devices if you trust where it comes from`,
      );
    }
    this.#bytes += stored;
    this.#count += 1;
    const { bytes, files } = this.#rules.room;
    if (this.#bytes > bytes)
      throw systemError(`no space left for what is in the archive: there is room for ${bytes} bytes`);
    if (files > 0 && this.#count > files) throw systemError(`no space left: there is room for ${files} more files`);
  }
}

/** A leading `/` means the volume's root, as with every tar. A NUL ends the name for some readers and not for others. */
function refuseOutside(name: string, what: string): void {
  if (!name.split('/').includes('..') && !name.includes('\0')) return;
  throw invalidArgument(`invalid archive: ${what} ${shown(name)} leads outside of the volume`);
}

const shown = (name: string): string => JSON.stringify(Buffer.from(name.slice(0, 300), 'latin1').toString());
