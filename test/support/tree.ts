import { createHash } from 'node:crypto';
import { lstatSync, readdirSync, readFileSync, readlinkSync, type Stats } from 'node:fs';
import { join, relative } from 'node:path';
import { runProgram } from './program.ts';

/** What makes two trees the same to a program that reads them, one line an entry, sorted by path. */
export async function readTree(folder: string): Promise<string[]> {
  const links = new Map<number, string>();
  const lines: string[] = [];
  for (const path of pathsIn(folder)) {
    const stats = lstatSync(path);
    const name = relative(folder, path) || '.';
    const first = stats.isDirectory() ? undefined : links.get(stats.ino);
    links.set(stats.ino, name);
    const content = first === undefined ? contentOf(path, stats) : `same file as ${first}`;
    lines.push(
      [name, kindOf(stats), (stats.mode & 0o7777).toString(8), `${stats.uid}:${stats.gid}`, content].join(' '),
    );
  }
  return [...lines, ...(await attributesOf(folder))];
}

function pathsIn(folder: string): string[] {
  const names = readdirSync(folder, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1));
  return [
    folder,
    ...names.flatMap((entry) => {
      const path = join(folder, entry.name);
      return entry.isDirectory() ? pathsIn(path) : [path];
    }),
  ];
}

function kindOf(stats: Stats): string {
  if (stats.isDirectory()) return 'directory';
  if (stats.isSymbolicLink()) return 'link';
  if (stats.isFIFO()) return 'pipe';
  return stats.isFile() ? 'file' : 'other';
}

function contentOf(path: string, stats: Stats): string {
  if (stats.isSymbolicLink()) return `to ${readlinkSync(path)}`;
  if (!stats.isFile()) return '';
  const digest = createHash('sha256').update(readFileSync(path)).digest('hex').slice(0, 12);
  return `${stats.size} bytes, ${digest}, ${Math.floor(stats.mtimeMs / 1000)}`;
}

async function attributesOf(folder: string): Promise<string[]> {
  const { stdout } = await runProgram(['getfattr', '-Rhd', '-m', '^user\\.', '--absolute-names', '.'], { cwd: folder });
  return stdout.split('\n').filter((line) => line !== '');
}
