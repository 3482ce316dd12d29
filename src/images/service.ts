import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { notFound, unavailable } from '../errors/index.ts';
import type { Log } from '../host/index.ts';
import type {
  ApiVersion,
  DistributionInspect,
  Emit,
  Filters,
  ImageDeletion,
  ImageHistoryEntry,
  Progress,
  RegistryAuth,
} from '../wire/index.ts';
import { type ImageContext, loadImages } from './archive/load.ts';
import { saveImages } from './archive/save.ts';
import { type BuiltImage, lendImage, takeBuilt } from './build-transfer.ts';
import { type CommitOptions, commitImage } from './commit.ts';
import { historyOf } from './history.ts';
import { type Image, toImage } from './image.ts';
import { emitImage } from './image-event.ts';
import { type ImportOptions, importImage } from './import.ts';
import { inspectImage } from './inspect.ts';
import { listImages } from './list.ts';
import { type Found, find } from './lookup.ts';
import { newTag } from './names.ts';
import { Pruning } from './prune.ts';
import { type PullOptions, pull } from './pull.ts';
import { type PushOptions, push } from './push.ts';
import { canonicalString, familiarString, parseReference } from './reference.ts';
import type { UsersOf } from './remove.ts';
import { Remover } from './remover.ts';
import {
  type Change,
  changesOf,
  exportDiff,
  makeInitLayer,
  makeReadOnlyRootfs,
  makeRootfs,
  mountOverlay,
  type OverlayOptions,
  unmountOverlay,
} from './rootfs/index.ts';
import { savedImages } from './saved-images.ts';
import { ImageStore } from './store/image-store.ts';
import { type ImageSummary, layersSize, type SummaryOptions, sharedSizes, summarize } from './summary.ts';
import { inspectRemote, logIn } from './transfer/index.ts';

/** Sweeping reads what every image consists of: later than the requests that a new engine is started for. */
const SWEEP_AFTER_MS = 3000;

/**
 * All that can be done with images. Lookups and lists answer from memory. A `ref` is a reference, an id or the beginning
 * of one; one that names nothing fails with not-found `No such image: x:latest`.
 */
export class ImageService {
  readonly #store: ImageStore;
  readonly #context: ImageContext;
  readonly #log: Log;
  readonly #initLayer: string;
  readonly #remover: Remover;
  readonly #pruning: Pruning;
  #sweep: Promise<void> = Promise.resolve();
  /** Until sweeping has begun. */
  #timer: NodeJS.Timeout | undefined;

  private constructor(root: string, emit: Emit, log: Log) {
    this.#store = new ImageStore(root, log);
    this.#context = { store: this.#store, emit };
    this.#log = log;
    this.#initLayer = join(root, 'layers', 'init');
    this.#remover = new Remover(this.#context);
    this.#pruning = new Pruning(this.#context, this.#remover);
    makeInitLayer(this.#initLayer);
  }

  /**
   * Opens the images of a data root: reads one file. What a crash left is swept up behind the answer.
   * @param o.root the data root; `images/` and `layers/` in it are used.
   * @throws system where the index is damaged.
   */
  static async open(o: { root: string; emit: Emit; log: Log }): Promise<ImageService> {
    const service = new ImageService(o.root, o.emit, o.log);
    service.#timer = setTimeout(() => service.#startSweep(), SWEEP_AFTER_MS).unref();
    return service;
  }

  /** When nothing goes on behind answers any more; what was to be swept up later is swept up now. */
  async idle(): Promise<void> {
    this.#startSweep();
    await this.#sweep;
    await this.#store.idle();
  }

  /** Whose containers count as an image's users. Until it is set, no image has any, and none may be removed. */
  setUsers(usersOf: UsersOf): void {
    this.#remover.setUsers(usersOf);
    if (this.#timer === undefined) this.#sweep = this.#sweep.then(() => this.#logged(this.#remover.dropUnused()));
  }

  get(ref: string): Image {
    return toImage(this.#store, this.#find(ref).record);
  }

  count(): number {
    return this.#store.catalog.images().length;
  }

  /** Newest first; see GET /images/json for the filters. */
  list(filters: Filters, options: { all: boolean }): Image[] {
    return listImages(this.#store, filters, { ...options, log: this.#log });
  }

  history(ref: string): ImageHistoryEntry[] {
    return historyOf(this.#store, this.#find(ref).record);
  }

  /** Docker's JSON of an image, GET /images/{name}/json. */
  toInspect(image: Pick<Image, 'id'>, apiVersion?: ApiVersion): object {
    return inspectImage(this.#store, this.#find(image.id).record, apiVersion);
  }

  /** Docker's JSON of an image in a list, GET /images/json. */
  toListEntry(image: Image, options?: SummaryOptions): ImageSummary {
    return summarize(image, options);
  }

  /** Measures what each image shares with others, in bytes; counted once for all that are then asked about. */
  sharedSizes(): (image: Image) => number {
    return sharedSizes(this.#store);
  }

  /** Bytes of all layers, each once. */
  layersSize(): number {
    return layersSize(this.#store);
  }

  /** All images with their sizes and numbers of containers, as GET /system/df shows them. */
  usage(countOf: (imageId: string) => number): ImageSummary[] {
    const shared = this.sharedSizes();
    return this.list(new Map(), { all: false }).map((image) =>
      summarize(image, { containers: countOf(image.id), sharedSize: shared(image) }),
    );
  }

  /** Gives an image one more name, which it takes from the image that had it. */
  async tag(ref: string, repo: string, tag: string): Promise<void> {
    const { id } = this.#find(ref).record;
    const reference = newTag(repo, tag) ?? parseReference(repo);
    await this.#store.catalog.update((draft) => {
      if (draft.get(id)?.removed !== false) throw notFound(`No such image: ${ref}`);
      draft.addReference(id, canonicalString(reference), new Date().toISOString());
    });
    emitImage(this.#context, 'tag', { id, name: familiarString(reference) });
  }

  /** Removes a name or an image. @throws conflict with Docker's words where it is used. */
  async remove(ref: string, options: { force: boolean; prune: boolean }): Promise<ImageDeletion[]> {
    const { record, reference } = this.#find(ref);
    return (await this.#remover.remove({ text: ref, record, reference, ...options })).deletions;
  }

  /** Removes images without containers: nameless ones, and with `dangling=false` all. `reclaimed` in bytes. */
  prune(filters: Filters): Promise<{ deleted: ImageDeletion[]; reclaimed: number }> {
    return this.#pruning.run(filters);
  }

  load(archive: Readable, options: { quiet: boolean }): AsyncIterableIterator<Progress> {
    return loadImages(this.#context, archive, options);
  }

  /** One archive of images; a repository without a tag stands for all its tags, none at all for an empty archive. */
  async save(refs: readonly string[]): Promise<Readable> {
    return saveImages(this.#context, savedImages(this.#store.catalog, refs));
  }

  import(archive: Readable, options: ImportOptions): AsyncIterableIterator<Progress> {
    return importImage(this.#context, archive, options);
  }

  pull(ref: string, options: PullOptions): AsyncIterableIterator<Progress> {
    return pull(this.#context, parseReference(ref), options);
  }

  push(ref: string, options: PushOptions): AsyncIterableIterator<Progress> {
    return push(this.#context, ref, options);
  }

  /** Tries credentials at their registry. */
  authenticate(auth: RegistryAuth): Promise<{ status: string; identityToken: string }> {
    return this.#store.staging.use((scratch) => logIn(auth, scratch));
  }

  /** Asks a registry for a reference without pulling it. */
  distribution(
    ref: string,
    options: { auth: RegistryAuth | undefined; signal?: AbortSignal },
  ): Promise<DistributionInspect> {
    const reference = parseReference(ref);
    return this.#store.staging.use((scratch) => inspectRemote({ reference, scratch, ...options }));
  }

  /** Makes an image of a container's changes. @returns its id. */
  commit(options: CommitOptions): Promise<string> {
    return commitImage(this.#context, options);
  }

  /** Lends an image to a builder, as a folder; see {@link lendImage}. */
  lend<T>(ref: string, work: (dir: string) => Promise<T>): Promise<T> {
    return lendImage(this.#context, this.#find(ref).record, work);
  }

  /** Takes in what a builder made; see {@link takeBuilt}. */
  takeBuilt(built: BuiltImage): Promise<{ id: string; names: string[] }> {
    return takeBuilt(this.#context, built);
  }

  /**
   * Makes the folder of a container's root file system; nothing is mounted. It may be moved together with its parent, as
   * long as it stays as deep in the data root.
   */
  async prepareRootfs(imageId: string, dir: string): Promise<void> {
    makeRootfs(dir, [...(await this.#unpacked(imageId)), this.#initLayer]);
  }

  /** As {@link prepareRootfs}, for the image as it is: what is mounted then can only be read. */
  async prepareReadOnlyRootfs(imageId: string, dir: string): Promise<void> {
    makeReadOnlyRootfs(dir, await this.#unpacked(imageId));
  }

  /** The folders of an image's layers, topmost first, all there. */
  async #unpacked(imageId: string): Promise<string[]> {
    const record = this.#store.catalog.get(imageId) ?? this.#find(imageId).record;
    await this.#store.ensureLayers(record);
    const { diffIds } = this.#store.details.of(record).document;
    // A layer that is in an image twice says nothing the second time, and overlayfs refuses it.
    return [...new Set(diffIds.toReversed())].map((diffId) => this.#store.layers.path(diffId));
  }

  /** Mounts a prepared root file system, unless it is. @returns its mountpoint. */
  mountRootfs(imageId: string, dir: string, options: OverlayOptions = {}): string {
    try {
      return mountOverlay(dir, options);
    } catch (error) {
      const record = this.#store.catalog.get(imageId);
      const isMissing = record === undefined || !this.#store.hasLayers(record);
      throw isMissing ? unavailable(`the layers of image ${imageId} are not there any more`, error) : error;
    }
  }

  /** Takes as long as the disk needs to take what the container wrote. One that is not mounted is fine. */
  unmountRootfs(dir: string): Promise<void> {
    return unmountOverlay(dir);
  }

  /** What a container has changed, sorted by path. */
  changes(_imageId: string, dir: string): Promise<Change[]> {
    return changesOf(dir);
  }

  /** A container's changes as the archive of a layer, for `commit`. */
  exportDiff(dir: string): Promise<Readable> {
    return exportDiff(dir, dir);
  }

  #startSweep(): void {
    if (this.#timer === undefined) return;
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#sweep = this.#logged(this.#sweepUp());
  }

  /** What crashes left; then images of containers that went while no engine was there to see it. */
  async #sweepUp(): Promise<void> {
    await this.#store.sweep();
    if (this.#remover.isReady) await this.#remover.dropUnused();
  }

  async #logged(work: Promise<void>): Promise<void> {
    try {
      await work;
    } catch (error) {
      this.#log.warn({ err: error }, 'could not sweep up what was left of images');
    }
  }

  #find(ref: string): Found {
    return find(this.#store.catalog, ref);
  }
}
