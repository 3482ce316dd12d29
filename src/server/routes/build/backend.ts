import type { Readable } from 'node:stream';
import type { BuildRequest, Progress } from '../../../wire/index.ts';

/** What /build needs of the engine. */
export interface BuildBackend {
  /** @param context an archive, compressed or not; @param gone cancels the build, and leaves no trace of it */
  build(context: Readable, request: BuildRequest, gone: AbortSignal): AsyncIterable<Progress>;
  /** Bytes that the build cache takes. */
  usage(): Promise<number>;
  /** Removes the build cache. @returns bytes that are free again */
  prune(): Promise<number>;
}
