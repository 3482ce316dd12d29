import { execFileSync } from 'node:child_process';
import { closeSync, mkdirSync, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';

/** A disk of its own, small enough to be filled: an ext4 on a loop device. */
export class SmallDisk {
  readonly folder: string;

  /** @param folder where it is mounted, made where it is missing; @param size as mkfs.ext4 takes it: `64M`. */
  constructor(folder: string, size: string) {
    this.folder = folder;
    const image = `${folder}.img`;
    mkdirSync(folder, { recursive: true });
    execFileSync('mkfs.ext4', ['-q', '-m', '0', image, size]);
    execFileSync('mount', ['-o', 'loop', image, folder]);
  }

  /** Writes a file until nothing more goes onto the disk. */
  fillUp(): void {
    const file = openSync(join(this.folder, 'filler'), 'a');
    for (let chunk = Buffer.alloc(1 << 20); chunk.length > 0; chunk = chunk.subarray(chunk.length >> 1)) {
      try {
        for (;;) writeSync(file, chunk);
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
        if (chunk.length === 1) break;
      }
    }
    closeSync(file);
  }

  unmount(): void {
    execFileSync('umount', [this.folder]);
  }
}
