import { join } from 'node:path';
import { expect, test } from 'vitest';
import { build, writeContext } from '../../support/build.ts';
import { CommandLine } from '../../support/command-line.ts';
import { TestDaemon } from '../../support/daemon.ts';
import { withDaemon } from '../../support/engine.ts';
import { findExecutable, runProgram } from '../../support/program.ts';

/** A daemon that sees other mounts than the rest of the machine: there, programs can be missing. */
const daemon = new TestDaemon({ before: ['unshare', '--mount', '--propagation', 'private', '--'] });
const docker = new CommandLine('docker', daemon.host);
const holdfast = new CommandLine('holdfast', daemon.host);
withDaemon(daemon, ['alpine']);

test('without buildah a build says what to install, and everything else goes on', async () => {
  const context = join(daemon.folder, 'context');
  writeContext(context, { Dockerfile: 'FROM alpine\nRUN true\n' });
  const within = ['nsenter', `--mount=/proc/${daemon.pid}/ns/mnt`];
  const hidden = await runProgram([...within, 'mount', '--bind', '/dev/null', findExecutable('buildah')]);
  expect(hidden).toMatchObject({ exitCode: 0 });
  for (const client of [docker, holdfast]) {
    const refused = await build(client, '-t', 'built', context);
    expect(refused).toMatchObject({ exitCode: 1 });
    expect(refused.stderr).toContain(
      'building images needs the program buildah, which is not installed: install the package buildah',
    );
    expect(await client.ok('run', '--rm', 'alpine', 'echo', 'runs')).toBe('runs');
  }
  expect(await docker.ok('images', '-q', 'built')).toBe('');
});
