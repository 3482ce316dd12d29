import { invalidArgument } from '../errors/index.ts';

/** A body cut out of raw bytes, and what came after it. */
export interface CutBody {
  body: Buffer;
  rest: Buffer;
}

/**
 * Cuts a whole body of known length off the front of `bytes`.
 * @returns undefined while it is not all there yet.
 */
export function cutLength(bytes: Buffer, length: number): CutBody | undefined {
  return bytes.length < length ? undefined : { body: bytes.subarray(0, length), rest: bytes.subarray(length) };
}

/**
 * Cuts a whole chunked body (RFC 9112 §7.1) off the front of `bytes`; trailers are skipped.
 * @returns undefined while it is not all there yet.
 * @throws invalid-argument where it is not chunked.
 */
export function cutChunked(bytes: Buffer): CutBody | undefined {
  const parts: Buffer[] = [];
  let at = 0;
  while (true) {
    const lineEnd = bytes.indexOf('\r\n', at);
    if (lineEnd < 0) return undefined;
    const size = chunkSize(bytes.toString('latin1', at, lineEnd));
    const start = lineEnd + 2;
    if (size === 0) return afterTrailers(bytes, { start, body: Buffer.concat(parts) });
    if (bytes.length < start + size + 2) return undefined;
    parts.push(bytes.subarray(start, start + size));
    at = start + size + 2;
  }
}

function chunkSize(line: string): number {
  const match = /^([0-9a-f]{1,8})(?:[ \t]*;.*)?$/i.exec(line);
  if (match === null) throw invalidArgument('malformed chunked request body');
  return Number.parseInt(match[1] ?? '', 16);
}

function afterTrailers(bytes: Buffer, last: { start: number; body: Buffer }): CutBody | undefined {
  let at = last.start;
  while (true) {
    const lineEnd = bytes.indexOf('\r\n', at);
    if (lineEnd < 0) return undefined;
    if (lineEnd === at) return { body: last.body, rest: bytes.subarray(at + 2) };
    at = lineEnd + 2;
  }
}
