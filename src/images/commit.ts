import { join } from 'node:path';
import { notFound } from '../errors/index.ts';
import type { ContainerConfig } from '../wire/index.ts';
import { layerOfStream } from './archive/layer-file.ts';
import type { ImageContext } from './archive/load.ts';
import { applyChanges } from './changes/apply.ts';
import { hostPlatform } from './manifest.ts';
import { namesOf, newTag } from './names.ts';
import type { ImageStore, NewLayer } from './store/image-store.ts';
import type { ImageRecord } from './store/record.ts';

export interface CommitOptions {
  /** The image the container was made from; it may have been removed by force since. */
  parentImageId: string;
  /** The container's changes as an archive of a layer, from `exportDiff`. */
  diff: AsyncIterable<Buffer>;
  /** What containers of the new image run. */
  config: ContainerConfig;
  /** Dockerfile instructions that change it. */
  changes?: readonly string[];
  author: string;
  comment: string;
  /** The name the image gets; '' for none. */
  repo: string;
  tag: string;
  containerId?: string;
  /** The command line the new step of the history shows. */
  createdBy?: string;
}

/** The archive of a layer that changes nothing: such a step adds no layer. */
const emptyLayer = 'sha256:5f70bf18a086007016e948b04aed3b82103a36bea41755b6cddfaf10ace3c6ef';

/**
 * Makes an image of a container: its image's layers, and one of what it changed.
 * @returns the new image's id.
 * @throws invalid-argument for a name or instructions that are not right; not-found where the parent is gone.
 */
export async function commitImage({ store }: ImageContext, options: CommitOptions): Promise<string> {
  const reference = newTag(options.repo, options.tag);
  const config = applyChanges(options.config, options.changes ?? []);
  const parent = parentOf(store, options.parentImageId);
  return store.staging.use(async (dir) => {
    const layer = await layerOfStream(options.diff, join(dir, 'layer'));
    const isEmpty = layer.digest === emptyLayer;
    const document = committedDocument(store, parent, { options, config, diffId: isEmpty ? undefined : layer.digest });
    return store.add({
      config: Buffer.from(JSON.stringify(document)),
      layers: [...parentLayers(store, parent), ...(isEmpty ? [] : [layer])],
      parent: parent?.id ?? '',
      references: namesOf(reference),
    });
  });
}

function parentOf(store: ImageStore, id: string): ImageRecord | undefined {
  if (id === '') return undefined;
  const record = store.catalog.get(id);
  if (record === undefined) throw notFound(`No such image: ${id}`);
  return record;
}

function parentLayers(store: ImageStore, parent: ImageRecord | undefined): NewLayer[] {
  return parent === undefined ? [] : store.details.of(parent).layers.map((descriptor) => ({ descriptor }));
}

function committedDocument(
  store: ImageStore,
  parent: ImageRecord | undefined,
  made: { options: CommitOptions; config: ContainerConfig; diffId: string | undefined },
): object {
  const { options, config, diffId } = made;
  const base = parent === undefined ? undefined : store.details.of(parent).document;
  const platform = hostPlatform();
  const created = new Date().toISOString();
  const step = {
    created,
    ...(options.author === '' ? {} : { author: options.author }),
    created_by: options.createdBy ?? '',
    comment: options.comment,
    ...(diffId === undefined ? { empty_layer: true } : {}),
  };
  return {
    architecture: base?.architecture || platform.architecture,
    ...(base?.variant ? { variant: base.variant } : {}),
    os: base?.os || platform.os,
    ...(options.author === '' ? {} : { author: options.author }),
    comment: options.comment,
    config: toStoredConfig(config),
    ...(options.containerId === undefined ? {} : { container: options.containerId }),
    created,
    history: [...(base?.history ?? []).map(withoutEmpty), step],
    rootfs: { type: 'layers', diff_ids: [...(base?.diffIds ?? []), ...(diffId === undefined ? [] : [diffId])] },
  };
}

/**
 * A container's configuration as images store it: what an image can say (image-spec and Docker's additions), and of that
 * only what is set. What belongs to the one container, its host name for one, stays out.
 */
export function toStoredConfig(config: ContainerConfig): object {
  const { User, ExposedPorts, Env, Entrypoint, Cmd, Volumes, WorkingDir, Labels, StopSignal } = config;
  const { Healthcheck, OnBuild, Shell } = config;
  return withoutEmpty({
    User,
    ExposedPorts,
    Env,
    Entrypoint,
    Cmd,
    Healthcheck,
    Volumes,
    WorkingDir,
    OnBuild,
    Labels,
    StopSignal,
    Shell,
  });
}

function withoutEmpty(fields: object): object {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => !isEmptyValue(value)));
}

function isEmptyValue(value: unknown): boolean {
  if (value === null || value === undefined || value === '' || value === false) return true;
  return typeof value === 'object' && Object.keys(value).length === 0;
}
