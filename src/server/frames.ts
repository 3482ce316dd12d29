/** 1 standard output, 2 standard error, 3 the engine's own complaint. */
export type FrameStream = 1 | 2 | 3;

/** The eight bytes before a payload on a multiplexed stream: which stream, and how many bytes (big-endian). */
export function frameHeader(stream: FrameStream, length: number): Buffer {
  const header = Buffer.alloc(8);
  header[0] = stream;
  header.writeUInt32BE(length, 4);
  return header;
}

/** A payload with its header, in one piece. */
export const frame = (stream: FrameStream, payload: Buffer): Buffer =>
  Buffer.concat([frameHeader(stream, payload.length), payload]);
