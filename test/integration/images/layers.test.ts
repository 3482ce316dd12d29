import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { writeArchive } from '../../images/archive.ts';
import { type LayerEntry, writeTar } from '../../images/tar-file.ts';
import { CommandLine } from '../../support/command-line.ts';
import { TestDaemon } from '../../support/daemon.ts';
import { loadImage, withDaemon } from '../../support/engine.ts';
import { runProgram } from '../../support/program.ts';

describe('layers', () => {
  const daemon = new TestDaemon();
  const cli = new CommandLine('holdfast', daemon.host);
  withDaemon(daemon, ['alpine']);

  /** Loads an image of busybox and the layers given, and returns what a shell in it prints. */
  const shellIn = async (layers: ReadonlyArray<readonly LayerEntry[]>, command: string) => {
    const paths = [await busyboxLayer()];
    for (const [index, entries] of layers.entries()) {
      const path = join(daemon.folder, `layer-${index}.tar`);
      await writeTar(path, entries);
      paths.push(path);
    }
    const archive = join(daemon.folder, 'layered.tar');
    await writeArchive(archive, { tag: 'layered:latest', layers: paths, config: {} });
    await daemon.request('/images/load', { method: 'POST', body: createReadStream(archive) });
    return cli.ok('run', '--rm', 'layered', 'sh', '-c', command);
  };

  const busyboxLayer = async () => {
    const path = join(daemon.folder, 'busybox.tar');
    await cli.ok('create', '--name', 'base', 'alpine');
    await cli.ok('export', '-o', path, 'base');
    await cli.ok('rm', 'base');
    return path;
  };

  test('a whiteout hides a file or a folder of a lower layer', async () => {
    const lower = [
      { name: 'opt/kept', content: 'k' },
      { name: 'opt/gone', content: 'g' },
      { name: 'opt/folder/', type: 'directory' as const },
      { name: 'opt/folder/inside', content: 'i' },
    ];
    const upper = [
      { name: 'opt/.wh.gone', content: '' },
      { name: 'opt/.wh.folder', content: '' },
    ];
    expect(await shellIn([lower, upper], 'ls -A /opt')).toBe('kept');
  });

  test('an opaque folder hides all that was in it', async () => {
    const lower = [
      { name: 'opt/old', content: 'o' },
      { name: 'opt/deep/old', content: 'o' },
    ];
    const upper = [
      { name: 'opt/', type: 'directory' as const, mode: 0o755 },
      { name: 'opt/.wh..wh..opq', content: '' },
      { name: 'opt/new', content: 'n' },
    ];
    expect(await shellIn([lower, upper], 'ls -A /opt')).toBe('new');
  });

  test('a file may take the place of a folder, and the other way round', async () => {
    const lower = [
      { name: 'opt/a/file', content: 'x' },
      { name: 'opt/b', content: 'x' },
    ];
    const upper = [
      { name: 'opt/a', content: 'now a file' },
      { name: 'opt/b/', type: 'directory' as const, mode: 0o755 },
      { name: 'opt/b/inside', content: 'now a folder' },
    ];
    expect(await shellIn([lower, upper], 'cat /opt/a /opt/b/inside')).toBe('now a filenow a folder');
  });

  test('owners, modes, links and devices arrive', async () => {
    const layer = [
      { name: 'opt/owned', mode: 0o4711, uid: 12, gid: 34, content: 'x' },
      { name: 'opt/pointer', type: 'symlink' as const, linkname: '/etc/passwd' },
      { name: 'opt/twin', type: 'link' as const, mode: 0o4711, uid: 12, gid: 34, linkname: 'opt/owned' },
      { name: 'opt/null', type: 'character-device' as const, mode: 0o666, devmajor: 1, devminor: 3 },
    ];
    const command = 'cd /opt; stat -c "%a %u:%g %h" owned; readlink pointer; stat -c "%F %t:%T" null';
    expect(await shellIn([layer], command)).toBe('4711 12:34 2\n/etc/passwd\ncharacter special file 1:3');
  });

  test('one layer on disk serves every image that has it', async () => {
    const usage = async () => {
      const { stdout } = await runProgram(['du', '-sk', daemon.dataRoot]);
      return Number.parseInt(stdout, 10);
    };
    const before = await usage();
    await cli.ok('tag', 'alpine', 'alpine:other');
    await loadImage(daemon, 'alpine');
    expect((await usage()) - before).toBeLessThan(200);
  });
});
