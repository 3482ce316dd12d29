import type { Readable } from 'node:stream';
import type {
  ApiVersion,
  DistributionInspect,
  Filters,
  ImageDeletion,
  ImageHistoryEntry,
  Progress,
  RegistryAuth,
} from '../../../wire/index.ts';

/** What a pull or push is allowed to use, and the client's going away, which cancels it. */
interface TransferOptions {
  auth: RegistryAuth | undefined;
  signal: AbortSignal;
}

/** What the image routes need of the engine. `ref` is a reference, an id or an id's beginning. */
export interface ImagesBackend {
  /** Docker's JSON of each image; `Size` in bytes. `sharedSize` asks for what each shares with others. */
  list(filters: Filters, options: { all: boolean; sharedSize: boolean; apiVersion: ApiVersion }): Promise<object[]>;
  inspect(ref: string, options: { apiVersion: ApiVersion }): Promise<object>;
  history(ref: string): Promise<ImageHistoryEntry[]>;
  tag(ref: string, target: { repo: string; tag: string }): Promise<void>;
  remove(ref: string, options: { force: boolean; prune: boolean }): Promise<ImageDeletion[]>;
  /** `reclaimed` in bytes. */
  prune(filters: Filters): Promise<{ deleted: ImageDeletion[]; reclaimed: number }>;
  load(archive: Readable, options: { quiet: boolean; signal: AbortSignal }): AsyncIterable<Progress>;
  /** A tar archive of images with their layers. */
  save(refs: readonly string[]): Promise<Readable>;
  /** Makes an image of one file system's archive. `changes` are Dockerfile instructions. */
  import(
    archive: Readable,
    options: { repo: string; tag: string; message: string; changes: string[]; platform: string; signal: AbortSignal },
  ): AsyncIterable<Progress>;
  pull(ref: string, options: TransferOptions & { platform: string }): AsyncIterable<Progress>;
  push(ref: string, options: TransferOptions & { tag: string }): AsyncIterable<Progress>;
  /** Tries credentials at their registry. @returns an identity token, "" where the registry gives none. */
  authenticate(auth: RegistryAuth): Promise<{ status: string; identityToken: string }>;
  /** Asks a registry for a reference without pulling it. */
  distribution(ref: string, options: TransferOptions): Promise<DistributionInspect>;
}
