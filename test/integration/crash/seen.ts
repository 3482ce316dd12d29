import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TestDaemon } from '../../support/daemon.ts';
import { makeFolder, removeFolder } from '../../support/folder.ts';
import type { Seen } from './operations.ts';

/** More than one block and more than one folder, so that a part of it would show. */
const files = { 'one/data': 'x'.repeat(300_000), two: 'short\n', 'three/four/data': 'y'.repeat(9000) };

/** Puts test data into a folder. */
export function fill(data: string): void {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(join(data, path, '..'), { recursive: true });
    writeFileSync(join(data, path), text);
  }
}

/** The test data as an archive. */
export function archive(): Buffer {
  const folder = makeFolder();
  try {
    fill(folder);
    return execFileSync('tar', ['-C', folder, '-cf', '-', '.'], { maxBuffer: 1 << 24 });
  } finally {
    removeFolder(folder);
  }
}

const changed = 'other\n';

/** Makes test data other than it was, and whole all the same. */
export const change = (data: string): void => writeFileSync(join(data, 'two'), changed);

function state(data: string, labels: Record<string, string> | null): string {
  return [`${stateOf(data)}, label ${labels?.n}`, ...snapshotsBeside(data)].join(', ');
}

function stateOf(data: string): string {
  const isAs = (wanted: Record<string, string>) =>
    Object.entries(wanted).every(([path, text]) => textOf(join(data, path)) === text);
  if (isAs(files)) return 'whole';
  return isAs({ ...files, two: changed }) ? 'changed' : 'DAMAGED';
}

/** Each with its state; the time in a name is left out. */
function snapshotsBeside(data: string): string[] {
  const folder = join(data, '../snapshots');
  const names = existsSync(folder) ? readdirSync(folder).sort() : [];
  return names.map((name) => `snapshot ${name.replace(/-\d.*$/, '')} ${stateOf(join(folder, name, '_data'))}`);
}

function textOf(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}

interface Listed {
  Name: string;
  Mountpoint: string;
  Labels: Record<string, string> | null;
}

interface Trashed {
  id: string;
  name: string;
  labels: Record<string, string> | null;
}

/** All volumes and all that is in the trash, by the API and from the disk. */
export async function everything(daemon: TestDaemon): Promise<(prefix: string) => Seen> {
  const { body } = await daemon.request('/volumes');
  const { body: bin } = await daemon.request('/holdfast/v1/trash');
  const { Volumes, Warnings } = body as { Volumes: Listed[]; Warnings: string[] | null };
  if (Warnings !== null) throw new Error(`warnings after a crash: ${Warnings.join('; ')}`);
  const { items } = bin as { items: Trashed[] };
  const trash = join(daemon.dataRoot, 'volumes/.trash');
  return (prefix) => ({
    volumes: Object.fromEntries(
      Volumes.filter(({ Name }) => Name.startsWith(prefix)).map((each) => [
        each.Name,
        state(each.Mountpoint, each.Labels),
      ]),
    ),
    trash: items
      .filter(({ name }) => name.startsWith(prefix))
      .map(({ id, name, labels }) => `${name}: ${state(join(trash, id, '_data'), labels)}`),
  });
}

/** What a crash leaves for a moment, to be swept by the next start. */
export const leftovers = (daemon: TestDaemon): string[] =>
  readdirSync(join(daemon.dataRoot, 'volumes')).filter((entry) => /^\.(new|removed)-/.test(entry));

/** Files of a folder that loop devices are backed by. */
export function loopDevices(folder: string): string[] {
  const devices = readdirSync('/sys/block').filter((device) => device.startsWith('loop'));
  const backed = devices.map((device) => textOf(`/sys/block/${device}/loop/backing_file`) ?? '');
  return backed.filter((file) => file.startsWith(folder));
}
