import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { checkout } from './source-file.ts';

const architecture = readFileSync(join(checkout, 'ARCHITECTURE.md'), 'utf8');

const foldersOf = (path: string) =>
  readdirSync(join(checkout, path), { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && !entry.name.startsWith('.'))
    .map((entry) => entry.name);

const notOurs = ['node_modules', 'dist'];

describe('ARCHITECTURE.md', () => {
  test('names every top folder', () => {
    const unnamed = foldersOf('.').filter((name) => !notOurs.includes(name) && !architecture.includes(`${name}/`));
    expect(unnamed).toEqual([]);
  });

  test('names every folder of src/', () => {
    expect(foldersOf('src').filter((name) => !architecture.includes(`${name}/`))).toEqual([]);
  });
});

describe('documents', () => {
  const documents = readdirSync(checkout).filter((name) => name.endsWith('.md'));
  const guides = readdirSync(join(checkout, 'docs')).map((name) => `docs/${name}`);

  test.each([...documents, ...guides.filter((name) => name.endsWith('.md'))])(
    '%s links only to what is there',
    (name) => {
      const text = readFileSync(join(checkout, name), 'utf8');
      const links = [...text.matchAll(/\]\((?!https?:|#)([^)#]+)/g)].map((match) => match[1] ?? '');
      const base = join(checkout, name, '..');
      const broken = links.filter((link) => !exists(join(base, link)));
      expect(broken).toEqual([]);
    },
  );
});

function exists(path: string): boolean {
  try {
    readFileSync(path);
    return true;
  } catch (error) {
    // A link to a folder is fine: reading one says so.
    return error instanceof Error && 'code' in error && error.code === 'EISDIR';
  }
}
