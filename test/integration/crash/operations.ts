import { join } from 'node:path';
import { Readable } from 'node:stream';
import type { TestDaemon } from '../../support/daemon.ts';
import type { Answer, RequestOptions } from '../../support/request.ts';
import { archive, change } from './seen.ts';

/** What there is of one test volume: volumes by name with their labels and snapshots, and what the trash has. Data that is not whole shows. */
export interface Seen {
  volumes: Record<string, string>;
  trash: string[];
}

/** Something that is done to a volume while the daemon is killed. What is seen afterwards is one or the other, never a part. */
export interface Operation {
  /** Done before, and answered. */
  prepare?(world: World): Promise<unknown>;
  act(world: World): Promise<Answer>;
  before(name: string): Seen;
  after(name: string): Seen;
}

/** One volume of one round, called `name`, and the daemon. */
export interface World {
  daemon: TestDaemon;
  name: string;
}

/** How whole data with the label `n` looks. */
const whole = (label = '1'): string => `whole, label ${label}`;
const volume = (name: string, label?: string): Seen => ({ volumes: { [name]: whole(label) }, trash: [] });
const trashed = (name: string): Seen => ({ volumes: {}, trash: [`${name}: ${whole()}`] });
const nothing = (): Seen => ({ volumes: {}, trash: [] });

const call = ({ daemon }: World, line: string, options: RequestOptions = {}): Promise<Answer> => {
  const [method = '', path = ''] = line.split(' ');
  return daemon.request(path, { method, ...options });
};

const remove = (world: World): Promise<Answer> => call(world, `DELETE /volumes/${world.name}`);
const restore = (world: World, as = ''): Promise<Answer> =>
  call(world, 'POST /holdfast/v1/trash/restore', { body: { reference: world.name, as } });

const takeSnapshot = (world: World): Promise<Answer> =>
  call(world, `POST /holdfast/v1/volumes/${world.name}/snapshots`, { body: { name: 'then' } });

/** Every operation whose answer is a promise. */
export const operations: Readonly<Record<string, Operation>> = {
  label: {
    act: (world) => call(world, `PATCH /holdfast/v1/volumes/${world.name}`, { body: { labels: { n: '2' } } }),
    before: (name) => volume(name),
    after: (name) => volume(name, '2'),
  },
  trash: { act: remove, before: volume, after: trashed },
  removal: {
    act: (world) => call(world, `DELETE /holdfast/v1/volumes/${world.name}?now=1`),
    before: (name) => volume(name),
    after: nothing,
  },
  restoration: { prepare: remove, act: (world) => restore(world), before: trashed, after: volume },
  renaming: {
    prepare: remove,
    act: (world) => restore(world, `${world.name}_again`),
    before: trashed,
    after: (name) => volume(`${name}_again`),
  },
  import: {
    act: (world) =>
      call(world, `POST /holdfast/v1/volumes/${world.name}_new/import?label=n%3D1`, {
        body: Readable.from([archive()]),
      }),
    before: (name) => volume(name),
    after: (name) => ({ volumes: { ...volume(name).volumes, ...volume(`${name}_new`).volumes }, trash: [] }),
  },
  snapshot: {
    act: takeSnapshot,
    before: (name) => volume(name),
    after: (name) => ({ volumes: { [name]: `${whole()}, snapshot then whole` }, trash: [] }),
  },
  rollback: {
    prepare: async (world) => {
      await takeSnapshot(world);
      change(join(world.daemon.dataRoot, 'volumes', world.name, '_data'));
    },
    act: (world) => call(world, `POST /holdfast/v1/volumes/${world.name}/snapshots/then/rollback`, { body: {} }),
    before: (name) => ({ volumes: { [name]: 'changed, label 1, snapshot then whole' }, trash: [] }),
    after: (name) => ({
      volumes: { [name]: `${whole()}, snapshot before-rollback changed, snapshot then whole` },
      trash: [],
    }),
  },
  clone: {
    act: (world) =>
      call(world, `POST /holdfast/v1/volumes/${world.name}/clone`, {
        body: { to: `${world.name}_twin`, labels: { n: '1' } },
      }),
    before: (name) => volume(name),
    after: (name) => ({ volumes: { ...volume(name).volumes, ...volume(`${name}_twin`).volumes }, trash: [] }),
  },
  rename: {
    act: (world) =>
      call(world, `POST /holdfast/v1/volumes/${world.name}/rename`, { body: { to: `${world.name}_called` } }),
    before: (name) => volume(name),
    after: (name) => volume(`${name}_called`),
  },
  purge: {
    prepare: remove,
    act: (world) => call(world, `DELETE /holdfast/v1/trash/${world.name}`),
    before: trashed,
    after: nothing,
  },
};
