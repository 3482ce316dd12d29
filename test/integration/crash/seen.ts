import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
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

function state(data: string, labels: Record<string, string> | null): string {
  const isWhole = Object.entries(files).every(([path, text]) => textOf(join(data, path)) === text);
  return `${isWhole ? 'whole' : 'DAMAGED'}, label ${labels?.n}`;
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
