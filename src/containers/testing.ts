import { containerConfigSchema, hostConfigSchema } from '../wire/index.ts';
import { Container } from './container.ts';
import { type ContainerRecord, type ContainerState, freshState } from './record.ts';
import { ContainerStore } from './store.ts';

type Parts<T> = { [K in keyof T]?: T[K] };

/** What a test says of a container; the rest is as a plain `docker create` would have it. */
export interface Sketch extends Parts<Omit<ContainerRecord, 'config' | 'hostConfig'>> {
  config?: Parts<ContainerRecord['config']>;
  hostConfig?: Parts<ContainerRecord['hostConfig']>;
  state?: Parts<ContainerState>;
}

/** A container for unit tests, made in memory: nothing of it is on disk. Names of two letters and more make ids. */
export function sketch({ config, hostConfig, state, ...record }: Sketch = {}): Container {
  const name = record.name ?? 'steady_keel';
  const id = record.id ?? Buffer.from(name).toString('hex').padEnd(64, '0');
  return new Container(
    `/nowhere/${id}`,
    {
      schemaVersion: 1,
      id,
      name,
      created: '2026-01-02T03:04:05.000000000Z',
      imageId: 'sha256:aa',
      platform: 'linux',
      args: ['true'],
      mountPoints: [],
      networks: {},
      ...record,
      config: { ...containerConfigSchema.parse({ Image: 'alpine' }), ...config },
      hostConfig: { ...hostConfigSchema.parse({ NetworkMode: 'none' }), ...hostConfig },
    },
    { ...freshState(), ...state },
  );
}

/** A store of containers, each made a second after the one before. */
export function storeOf(...sketches: readonly Sketch[]): ContainerStore {
  const store = new ContainerStore();
  for (const [index, each] of sketches.entries()) {
    const created = `2026-01-02T03:04:${String(index).padStart(2, '0')}.000000000Z`;
    store.add(sketch({ created, ...each }));
  }
  return store;
}
