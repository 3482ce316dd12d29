import { type Dirent, fstatSync, opendirSync, readdirSync } from 'node:fs';

/**
 * A name in a folder as its bytes, one character each (latin1): names are not always UTF-8, and Node's own decoding would
 * lose them.
 */
export interface Entry {
  name: string;
  /** As readdir says; false for a type the file system does not tell, which the caller must be ready for. */
  isDirectory: boolean;
}

/** The path of an entry relative to an open folder, in bytes. */
export function entryPath(dir: number, name: string): Buffer {
  return Buffer.from(`/proc/self/fd/${dir}/${name}`, 'latin1');
}

const HUGE = 1024 * 1024;
const BATCH = 4096;

/** The entries of an open folder, in one piece where it is small and in batches where it holds very many names. */
export function* entriesOf(dir: number): Generator<Entry[]> {
  if (fstatSync(dir).size < HUGE) {
    // Node's types know only 'buffer' and the text encodings with Dirents; latin1 names are what it gives.
    yield readdirSync(`/proc/self/fd/${dir}`, { withFileTypes: true, encoding: 'latin1' }).map(entryOf);
    return;
  }
  const handle = opendirSync(`/proc/self/fd/${dir}`, { encoding: 'latin1', bufferSize: BATCH });
  try {
    let batch: Entry[] = [];
    for (let entry = handle.readSync(); entry !== null; entry = handle.readSync()) {
      batch.push(entryOf(entry));
      if (batch.length < BATCH) continue;
      yield batch;
      batch = [];
    }
    yield batch;
  } finally {
    handle.closeSync();
  }
}

function entryOf(entry: Dirent): Entry {
  return { name: entry.name, isDirectory: entry.isDirectory() };
}
