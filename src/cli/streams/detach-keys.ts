import { invalidArgument } from '../../errors/index.ts';

/** What leaves a container without stopping it, where nothing else is asked for. */
export const DEFAULT_DETACH_KEYS = 'ctrl-p,ctrl-q';

const CONTROL = '@abcdefghijklmnopqrstuvwxyz[\\]^_';

/** The bytes of a key sequence such as `ctrl-p,ctrl-q` or `q`. @throws invalid-argument for a key that is none. */
export function parseDetachKeys(keys: string): Buffer {
  return Buffer.from(keys.split(',').map(keyByte));
}

function keyByte(key: string): number {
  if (/^[\0-\x7f]$/.test(key)) return key.charCodeAt(0);
  if (key === 'DEL') return 0x7f;
  const control = /^ctrl-(.)$/.exec(key)?.[1];
  const code = control === undefined ? -1 : CONTROL.indexOf(control);
  if (code === -1) throw invalidArgument(`Unknown character: '${key}'`);
  return code;
}

/**
 * Watches typed input for the detach keys. Keys that only begin the sequence are held back until it is clear whether
 * the rest follows, so that the container never sees a whole sequence.
 */
export class DetachWatcher {
  readonly #keys: Buffer;
  #matched = 0;

  constructor(keys: Buffer) {
    this.#keys = keys;
  }

  /** @returns what is meant for the container, and whether the user left; nothing after the keys counts. */
  read(input: Buffer): { data: Buffer; detached: boolean } {
    const out: number[] = [];
    for (const byte of input) {
      if (this.#follows(byte)) {
        if (this.#matched === this.#keys.length) return { data: Buffer.from(out), detached: true };
        continue;
      }
      out.push(...this.#keys.subarray(0, this.#matched));
      this.#matched = 0;
      if (!this.#follows(byte)) out.push(byte);
      else if (this.#matched === this.#keys.length) return { data: Buffer.from(out), detached: true };
    }
    return { data: Buffer.from(out), detached: false };
  }

  #follows(byte: number): boolean {
    if (this.#keys[this.#matched] !== byte) return false;
    this.#matched += 1;
    return true;
  }
}
