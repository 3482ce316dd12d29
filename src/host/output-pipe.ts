import { closeSync, constants, openSync, unlinkSync } from 'node:fs';
import { Socket } from 'node:net';
import type { Readable } from 'node:stream';
import { fromNode } from './host-error.ts';
import { makeNode } from './nodes.ts';

/** One pipe for a child's standard output and error, which keeps what they write in order. */
export interface OutputPipe {
  /** To be given to the child as both streams, and closed by `started` once it runs. */
  writer: number;
  reader: Readable;
  started(): void;
}

/** @param place a path for a moment: nothing is there before or after. */
export function outputPipe(place: string): OutputPipe {
  try {
    makeNode(place, constants.S_IFIFO | 0o600);
    const reader = openSync(place, constants.O_RDONLY | constants.O_NONBLOCK);
    const writer = openSync(place, constants.O_WRONLY);
    unlinkSync(place);
    return {
      writer,
      reader: new Socket({ fd: reader, readable: true, writable: false }),
      started: () => closeSync(writer),
    };
  } catch (error) {
    throw fromNode(error, `open a pipe at ${place}`);
  }
}
