import { describe, expect, test } from 'vitest';
import { knownFolders, layerViolations } from './layers.ts';
import { importsOf, sourceFiles } from './source-file.ts';

const sources = sourceFiles('src');

const inVolumes = (text: string) => layerViolations({ path: 'src/volumes/service.ts', text });

describe('the layers of src/', () => {
  test('every import goes downwards and through index.ts', () => {
    expect(sources.flatMap(layerViolations)).toEqual([]);
  });

  test('every folder has its place', () => {
    const folders = new Set(sources.map((file) => file.path.split('/')[1]));
    expect([...folders].filter((folder) => !knownFolders.includes(folder ?? ''))).toEqual([]);
  });

  test('files are read at all', () => {
    expect(sources.length).toBeGreaterThan(10);
    expect(sources.flatMap(importsOf).length).toBeGreaterThan(sources.length);
  });
});

describe('the rule itself', () => {
  test('lets a folder use its own files and lower layers', () => {
    expect(inVolumes(`import { a } from './name.ts'; import { b } from '../host/index.ts'; import 'node:fs';`)).toEqual(
      [],
    );
  });

  test.each([
    ['upwards', `import { a } from '../containers/index.ts';`],
    ['sideways', `import { a } from '../images/index.ts';`],
    ['past index.ts', `import { a } from '../host/mounts.ts';`],
    ['for a type', `import type { A } from '../server/index.ts';`],
    ['for an inline type', `type A = import('../server/index.ts').A;`],
    ['later', `const a = await import('../daemon/index.ts');`],
    ['by a re-export', `export * from '../containers/index.ts';`],
    ['out of src', `import { a } from '../../test/support/daemon.ts';`],
  ])('finds an import %s', (_name, text) => {
    expect(inVolumes(text)).toHaveLength(1);
  });

  test('keeps the command line apart from the engine', () => {
    const text = `import { a } from '../volumes/index.ts'; import { b } from '../client/index.ts';`;
    expect(layerViolations({ path: 'src/cli/run.ts', text })).toEqual(['src/cli/run.ts: cli/ may not import volumes/']);
  });
});
