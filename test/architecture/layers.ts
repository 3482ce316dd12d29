import { dirname, join } from 'node:path';
import { importsOf, type SourceFile } from './source-file.ts';

/**
 * The layers of src/, lowest first. A folder imports only from lower layers, so folders of one layer know nothing of
 * each other.
 */
const layers: readonly (readonly string[])[] = [
  ['errors'],
  ['host', 'wire', 'async', 'calendar'],
  ['volumes', 'images', 'networks', 'runtime'],
  ['containers', 'backups', 'events'],
  ['build'],
  ['server'],
  ['daemon'],
];

/** The programs beside the engine: they reach it over the socket, and share nothing with it but the words on the wire. */
const besides: Readonly<Record<string, readonly string[]>> = {
  client: ['errors', 'wire', 'async'],
  cli: ['errors', 'wire', 'async', 'client'],
};

/** All folders that src/ may hold. */
export const knownFolders: readonly string[] = [...layers.flat(), ...Object.keys(besides)];

/** The folders that code in `folder` may import from, its own apart. */
function importableFrom(folder: string): readonly string[] {
  const beside = besides[folder];
  if (beside !== undefined) return beside;
  const layer = layers.findIndex((names) => names.includes(folder));
  return layers.slice(0, Math.max(layer, 0)).flat();
}

/** What a file of src/ imports against the rules, one line each; none where it keeps them. */
export function layerViolations(file: SourceFile): string[] {
  const folder = folderOf(file.path);
  return importsOf(file)
    .filter((specifier) => specifier.startsWith('.'))
    .map((specifier) => join(dirname(file.path), specifier))
    .filter((target) => folderOf(target) !== folder)
    .flatMap((target) => violation(file.path, folder, target));
}

function violation(from: string, folder: string, target: string): string[] {
  // The version of the product is written there and nowhere else.
  if (target === 'package.json') return [];
  if (!target.startsWith('src/')) return [`${from} imports ${target}, outside src/`];
  const other = folderOf(target);
  if (!importableFrom(folder).includes(other)) return [`${from}: ${folder}/ may not import ${other}/`];
  return target === `src/${other}/index.ts` ? [] : [`${from} enters ${other}/ by ${target}, not by its index.ts`];
}

/** The folder of src/ that a path lies in: `src/volumes/drivers/local.ts` is in `volumes`. */
function folderOf(path: string): string {
  return path.split('/')[1] ?? '';
}
