import { createReadStream, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { writeArchive } from '../../images/archive.ts';
import { type LayerEntry, writeTar } from '../../images/tar-file.ts';
import { TestDaemon } from '../../support/daemon.ts';
import { withDaemon } from '../../support/engine.ts';

describe('a layer cannot write outside its own folder', () => {
  const daemon = new TestDaemon();
  withDaemon(daemon, []);

  /** Everything a layer may try, aimed at a folder of the host. */
  const attacks = (target: string): ReadonlyArray<[string, readonly LayerEntry[]]> => [
    ['an absolute path', [{ name: join(target, 'absolute'), content: 'x' }]],
    ['dots', [{ name: `${'../'.repeat(12)}${target.slice(1)}/dots`, content: 'x' }]],
    [
      'a link to a folder, then a file through it',
      [
        { name: 'out', type: 'symlink', linkname: target },
        { name: 'out/through', content: 'x' },
      ],
    ],
    [
      'a link upwards, then a file through it',
      [
        { name: 'a/up', type: 'symlink', linkname: '../'.repeat(12) },
        { name: `a/up${target}/upwards`, content: 'x' },
      ],
    ],
    ['a hard link to a file of the host', [{ name: 'shadow', type: 'link', linkname: '/etc/shadow' }]],
    ['a hard link by dots', [{ name: 'shadow', type: 'link', linkname: `${'../'.repeat(12)}etc/shadow` }]],
    [
      'a whiteout through a link',
      [
        { name: 'gone', type: 'symlink', linkname: target },
        { name: 'gone/.wh.canary', content: '' },
      ],
    ],
  ];

  const names = attacks('/').map(([name]) => name);

  test.each(names)('%s', async (name) => {
    const target = join(daemon.folder, 'target');
    mkdirSync(target, { recursive: true });
    writeFileSync(join(target, 'canary'), 'alive');
    const [, entries = []] = attacks(target).find(([other]) => other === name) ?? [];
    const work = join(daemon.folder, `attack-${names.indexOf(name)}`);
    await writeTar(`${work}.layer`, [{ name: 'canary', content: 'x' }, ...entries]);
    await writeArchive(`${work}.tar`, { tag: 'hostile:latest', layers: [`${work}.layer`], config: {} });

    // The engine may refuse the image or make its paths harmless: what counts is what is on the host afterwards.
    await daemon.request('/images/load', { method: 'POST', body: createReadStream(`${work}.tar`) });

    expect(readdirSync(target)).toEqual(['canary']);
    expect((await daemon.request('/_ping')).status).toBe(200);
  });
});
