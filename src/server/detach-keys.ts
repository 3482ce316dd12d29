import { invalidArgument } from '../errors/index.ts';

/** ctrl-p, ctrl-q */
const DEFAULT_KEYS = Buffer.from([0x10, 0x11]);
const NAMED_CONTROLS = '@abcdefghijklmnopqrstuvwxyz[\\]^_';

/** The bytes of input that detach, and whether the client asked for them or they are the default. */
export interface DetachKeys {
  bytes: Buffer;
  asked: boolean;
}

/**
 * Reads a `detachKeys` query parameter: single characters and `ctrl-` combinations, separated by commas; "" means the
 * default ctrl-p,ctrl-q.
 * @throws invalid-argument for a key that does not exist.
 */
export function parseDetachKeys(raw: string): DetachKeys {
  if (raw === '') return { bytes: DEFAULT_KEYS, asked: false };
  const keys = raw.split(',').map((key) => codeOf(key));
  const known = keys.filter((code) => code !== undefined);
  if (known.length < keys.length) throw invalidArgument(`Invalid detach keys (${raw}) provided`);
  return { bytes: Buffer.from(known), asked: true };
}

function codeOf(key: string): number | undefined {
  if (key.length === 1 && key.charCodeAt(0) < 0x80) return key.charCodeAt(0);
  const [, letter = ''] = /^ctrl-(.)$/i.exec(key) ?? [];
  if (key === 'DEL') return 0x7f;
  const code = letter === '' ? -1 : NAMED_CONTROLS.indexOf(letter.toLowerCase());
  return code < 0 ? undefined : code;
}

/** What of a chunk to pass on, and whether it completed the keys; nothing after them is passed on. */
export interface Scanned {
  data: Buffer;
  detached: boolean;
}

/** Looks for the detach keys in what a client types, across chunks. The beginning of the keys is held back meanwhile. */
export class DetachScanner {
  readonly #keys: Buffer;
  #held = 0;

  constructor(keys: Buffer) {
    this.#keys = keys;
  }

  scan(chunk: Buffer): Scanned {
    const first = this.#keys[0] ?? -1;
    if (this.#held === 0 && !chunk.includes(first)) return { data: chunk, detached: false };
    const passed: number[] = [];
    for (const byte of chunk) {
      this.#take(byte, passed);
      if (this.#held === this.#keys.length) {
        this.#held = 0;
        return { data: Buffer.from(passed), detached: true };
      }
    }
    return { data: Buffer.from(passed), detached: false };
  }

  /** What was held back, where the input ends before the keys are complete. */
  flush(): Buffer {
    const held = this.#keys.subarray(0, this.#held);
    this.#held = 0;
    return held;
  }

  /** Lets go of held bytes until the rest, with this one, begins the keys again. */
  #take(byte: number, passed: number[]): void {
    const candidate = [...this.#keys.subarray(0, this.#held), byte];
    while (candidate.some((each, index) => each !== this.#keys[index])) {
      passed.push(candidate[0] ?? 0);
      candidate.shift();
    }
    this.#held = candidate.length;
  }
}
