const CR = 0x0d;
const LF = 0x0a;

/**
 * Takes the carriage return off each line end. A terminal that Node has made raw still puts one before every line feed
 * (libuv leaves ONLCR on); the container's terminal has put one there already, and two would reach the screen.
 */
export class LineEnds {
  #held = false;

  /** @returns what to write now; a carriage return at the end waits for what follows it. */
  read(chunk: Buffer): Buffer {
    const input = this.#held ? Buffer.concat([Buffer.of(CR), chunk]) : chunk;
    this.#held = input.at(-1) === CR;
    const end = this.#held ? input.length - 1 : input.length;
    const output = Buffer.allocUnsafe(end);
    let length = 0;
    for (let at = 0; at < end; at += 1) {
      const byte = input[at] ?? 0;
      if (byte === CR && input[at + 1] === LF) continue;
      output[length] = byte;
      length += 1;
    }
    return output.subarray(0, length);
  }

  /** @returns what was held back, once nothing follows. */
  flush(): Buffer {
    const rest = this.#held ? Buffer.of(CR) : Buffer.alloc(0);
    this.#held = false;
    return rest;
  }
}
