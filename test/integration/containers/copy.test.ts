import { mkdirSync, readFileSync, readlinkSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { eachCommandLine } from '../../support/engine.ts';
import { runProgram } from '../../support/program.ts';

eachCommandLine('cp', ['alpine'], ({ cli, daemon }) => {
  const folder = () => {
    const path = join(daemon.folder, 'copies');
    mkdirSync(join(path, 'tree/deep'), { recursive: true });
    writeFileSync(join(path, 'tree/deep/file'), 'deep\n', { mode: 0o640 });
    writeFileSync(join(path, 'file'), 'from host\n');
    return path;
  };

  test('in and out, of running and stopped containers and into volumes', async () => {
    const host = folder();
    await cli.ok('create', '--name', 'stopped', '-v', 'copied:/data', 'alpine');
    await cli.ok('run', '-d', '--name', 'running', '-v', 'copied:/data', 'alpine', 'sleep', '600');
    for (const name of ['stopped', 'running']) {
      await cli.ok('cp', join(host, 'file'), `${name}:/tmp/renamed`);
      await cli.ok('cp', join(host, 'file'), `${name}:/data/${name}`);
      await cli.ok('cp', join(host, 'tree'), `${name}:/srv`);
      await cli.ok('cp', `${name}:/tmp/renamed`, join(host, `back-${name}`));
      await cli.ok('cp', `${name}:/srv/tree`, join(host, `tree-${name}`));
      expect(readFileSync(join(host, `back-${name}`), 'utf8')).toBe('from host\n');
      expect(statSync(join(host, `tree-${name}/deep/file`)).mode & 0o777).toBe(0o640);
    }
    expect(await cli.ok('exec', 'running', 'ls', '/data')).toBe('running\nstopped');
    expect(await cli.ok('exec', 'running', 'cat', '/srv/tree/deep/file')).toBe('deep');
    await cli.ok('rm', '-f', 'stopped', 'running');
  });

  test('contents of a folder, a tar stream, a symlink', async () => {
    const host = folder();
    await cli.ok('create', '--name', 'box', 'alpine');
    await cli.ok('cp', `${host}/tree/.`, 'box:/mnt');
    const stream = await cli.binary(['cp', 'box:/mnt', '-']);
    const listing = await runProgram(['tar', 'tf', '-'], { input: stream.stdout });
    expect(listing.stdout.trim().split('\n')).toEqual(['mnt/', 'mnt/deep/', 'mnt/deep/file']);
    symlinkSync('/etc/passwd', join(host, 'pointer'));
    await cli.ok('cp', join(host, 'pointer'), 'box:/tmp/');
    await cli.ok('cp', 'box:/tmp/pointer', join(host, 'pointer-back'));
    expect(readlinkSync(join(host, 'pointer-back'))).toBe('/etc/passwd');
    await cli.ok('rm', 'box');
  });

  test('a link in the container cannot lead out of it', async () => {
    const host = folder();
    const trap = `ln -s ${host} /tmp/out && ln -s ../../../../../../..${host} /tmp/up`;
    await cli.ok('run', '--name', 'sly', 'alpine', 'sh', '-c', trap);
    for (const link of ['out', 'up']) await cli.run(['cp', join(host, 'file'), `sly:/tmp/${link}/planted`]);
    await cli.run(['cp', 'sly:/tmp/out/file', join(host, 'stolen')]);
    expect((await runProgram(['ls', host])).stdout).not.toMatch(/planted|stolen/);
    await cli.ok('rm', 'sly');
  });

  test('refusals', async () => {
    const host = folder();
    await cli.ok('create', '--name', 'strict', '--read-only', '-v', 'sealed:/data:ro', 'alpine');
    expect((await cli.run(['cp', join(host, 'file'), 'strict:/tmp/f'])).stderr).toContain('marked read-only');
    expect((await cli.run(['cp', join(host, 'file'), 'strict:/data/f'])).stderr).toContain('marked read-only');
    const missing = await cli.run(['cp', 'strict:/nosuch', host]);
    expect(missing.exitCode).toBe(1);
    expect(missing.stderr).toMatch(
      /Could not find the file \/nosuch in container strict|No such container:path: strict:\/nosuch/,
    );
    await cli.ok('rm', 'strict');
  });
});
