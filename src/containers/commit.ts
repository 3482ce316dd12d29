import { conflict } from '../errors/index.ts';
import type { Image } from '../images/index.ts';
import { type ContainerConfig, containerCreateSchema } from '../wire/index.ts';
import { mergeConfig } from './config.ts';
import type { Container } from './container.ts';
import { type Engine, emitContainer } from './engine.ts';
import { pauseContainer, unpauseContainer } from './stop.ts';

/** An image to be made of a container. */
export interface CommitRequest {
  /** The container, by id, an id's beginning or name. */
  container: string;
  /** The name the image gets; "" for none. */
  repo: string;
  tag: string;
  comment: string;
  author: string;
  /** Holds a running container still meanwhile, so that the image is of one moment. */
  pause: boolean;
  /** Dockerfile instructions that change the image's configuration. */
  changes: string[];
  /** What to put over the container's configuration; undefined keeps it. */
  config: ContainerConfig | undefined;
}

/**
 * Makes an image of a container's configuration and of what it changed in its root file system; volumes stay out.
 * @returns the new image's id.
 * @throws conflict for a container that is being removed; what the image store refuses.
 */
export function commitContainer(engine: Engine, request: CommitRequest): Promise<{ Id: string }> {
  const container = engine.store.get(request.container);
  return engine.locks.hold(container.id, async () => {
    refuseRemoved(container);
    const still = request.pause && container.state.status === 'running';
    if (still) await pauseContainer(engine, container);
    try {
      return { Id: await commit(engine, container, request) };
    } finally {
      if (still) await unpauseContainer(engine, container);
    }
  });
}

function refuseRemoved({ id, state: { status } }: Container): void {
  if (status === 'dead') throw conflict(`You cannot commit container ${id} which is Dead`);
  if (status === 'removing') throw conflict(`You cannot commit container ${id} which is being removed`);
}

async function commit(engine: Engine, container: Container, request: CommitRequest): Promise<string> {
  const { images } = engine;
  const { imageId, config } = container.record;
  const id = await images.commit({
    parentImageId: imageId,
    diff: await images.exportDiff(container.fsDir),
    config: request.config === undefined ? config : completed(request.config, config),
    changes: request.changes,
    author: request.author,
    comment: request.comment,
    repo: request.repo,
    tag: request.tag,
    containerId: container.id,
    createdBy: (config.Cmd ?? []).join(' '),
  });
  const imageRef = request.repo === '' ? '' : (images.get(id).repoTags.at(-1) ?? '');
  emitContainer(engine, container, {
    action: 'commit',
    attributes: { comment: request.comment, imageID: id, imageRef },
  });
  return id;
}

/** The request's configuration, completed by the container's as a container's is by its image's. */
const completed = (asked: ContainerConfig, config: ContainerConfig): ContainerConfig =>
  mergeConfig(containerCreateSchema.parse(asked), { config } as Image);
