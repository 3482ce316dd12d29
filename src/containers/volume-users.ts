import { isKind } from '../errors/index.ts';
import type { Container } from './container.ts';
import type { Engine } from './engine.ts';
import { writeTroubles } from './write-warnings.ts';

/** Who a container is, to those who look at a volume. */
export interface ContainerFacts {
  id: string;
  name: string;
  /** As the user called the image. */
  image: string;
  /** The Compose project and service that it belongs to; "" where it belongs to none. */
  project: string;
  service: string;
}

/** A container that refers to a volume, running or not. */
export interface VolumeUser extends ContainerFacts {
  running: boolean;
  /** Where it has the volume. */
  mounts: Array<{ destination: string; readWrite: boolean }>;
}

/** A volume that a container refers to, and where. */
export interface UsedVolume {
  name: string;
  destination: string;
  readWrite: boolean;
}

/** What a running container does to disks, those of its volumes among them. */
export interface ContainerActivity {
  id: string;
  name: string;
  volumes: UsedVolume[];
  /** Bytes since its start. */
  read: number;
  written: number;
}

/** What containers have to do with volumes, for those who look at either. Changes nothing. */
export class VolumeUsers {
  readonly #engine: Engine;

  constructor(engine: Engine) {
    this.#engine = engine;
  }

  /** The containers that refer to a volume; a holder that is no container, or is being made, is left out. */
  of(volume: string): VolumeUser[] {
    return this.#containersOf(volume).map((container) => ({
      ...toFacts(container),
      running: container.isRunning,
      mounts: usedVolumes(container)
        .filter(({ name }) => name === volume)
        .map(({ destination, readWrite }) => ({ destination, readWrite })),
    }));
  }

  /** Every running container that has volumes, with what it has read and written so far, in bytes. */
  activity(): ContainerActivity[] {
    const { store, runtime } = this.#engine;
    return store.all().flatMap((container) => {
      const volumes = usedVolumes(container);
      if (!container.isRunning || volumes.length === 0) return [];
      try {
        const { id, name } = container;
        return [{ id, name, volumes, ...runtime.transfers(id) }];
      } catch (error) {
        // It ended while it was looked at.
        if (isKind(error, 'conflict')) return [];
        throw error;
      }
    });
  }

  /** Undefined for an id that is no container's. */
  factsOf(id: string): ContainerFacts | undefined {
    return this.#engine.store.has(id) ? toFacts(this.#engine.store.get(id)) : undefined;
  }

  /** None for an id that is no container's. */
  volumesOf(id: string): UsedVolume[] {
    return this.#engine.store.has(id) ? usedVolumes(this.#engine.store.get(id)) : [];
  }

  /** Why a container's user cannot write to what is mounted, a sentence for each. @throws not-found */
  async warningsOf(ref: string): Promise<string[]> {
    const troubles = await writeTroubles(this.#engine, this.#engine.store.get(ref));
    return troubles.map(({ sentence }) => sentence);
  }

  /** Why the users of containers cannot write to a volume, a sentence for each place where one cannot. */
  async warningsAbout(volume: string): Promise<string[]> {
    const found = this.#containersOf(volume).map(async (container) => {
      const troubles = await writeTroubles(this.#engine, container);
      const about = troubles.filter((trouble) => trouble.volume === volume);
      return about.map(({ sentence }) => `Container ${container.name}: ${sentence}`);
    });
    return (await Promise.all(found)).flat();
  }

  #containersOf(volume: string): Container[] {
    const { store, volumes } = this.#engine;
    const ids = volumes.holders(volume).filter((id) => store.has(id));
    return ids.map((id) => store.get(id));
  }
}

function toFacts({ record }: Container): ContainerFacts {
  const labels = record.config.Labels;
  return {
    id: record.id,
    name: record.name,
    image: record.config.Image,
    project: labels['com.docker.compose.project'] ?? '',
    service: labels['com.docker.compose.service'] ?? '',
  };
}

function usedVolumes({ record }: Container): UsedVolume[] {
  const volumes = record.mountPoints.filter(({ type }) => type === 'volume');
  return volumes.map(({ name, destination, rw }) => ({ name, destination, readWrite: rw }));
}
