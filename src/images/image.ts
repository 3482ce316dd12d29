import type { ContainerConfig } from '../wire/index.ts';
import type { HistoryStep } from './config.ts';
import { referencesOf } from './names.ts';
import { familiarString } from './reference.ts';
import type { ImageStore } from './store/image-store.ts';
import type { ImageRecord } from './store/record.ts';

/** An image as the rest of the engine sees it, at the time of asking. Its parts are shared: they are not to be changed. */
export interface Image {
  /** `sha256:…`, the digest of its configuration. */
  id: string;
  /** Familiar names with a tag (`busybox:1`), and with the digest of a manifest (`busybox@sha256:…`). */
  repoTags: string[];
  repoDigests: string[];
  /** What its containers run, every field present; lists and maps are empty rather than null where Docker's are. */
  config: ContainerConfig;
  /** Bottom first. */
  history: HistoryStep[];
  /** RFC 3339; '' where the image does not say. */
  created: string;
  architecture: string;
  variant: string;
  os: string;
  /** Bytes of the files in all its layers. */
  size: number;
  /** The diff ids of its layers, bottom first. */
  layers: string[];
  /** The id of the image it was made from on this host; '' for none. */
  parent: string;
}

/** @throws system where the image's blobs are gone or damaged. */
export function toImage(store: ImageStore, record: ImageRecord): Image {
  const { document } = store.details.of(record);
  const names = referencesOf(record).map(familiarString);
  return {
    id: record.id,
    repoTags: names.filter((name) => !name.includes('@')),
    repoDigests: names.filter((name) => name.includes('@')),
    config: document.config,
    history: document.history,
    created: document.created,
    architecture: document.architecture,
    variant: document.variant,
    os: document.os,
    size: document.diffIds.reduce((sum, diffId) => sum + (store.layers.facts(diffId)?.size ?? 0), 0),
    layers: [...document.diffIds],
    parent: record.parent,
  };
}
