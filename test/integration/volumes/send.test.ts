import { randomBytes } from 'node:crypto';
import { chmodSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CommandLine } from '../../support/command-line.ts';
import { TestDaemon } from '../../support/daemon.ts';
import { withDaemon } from '../../support/engine.ts';
import { SshServer } from '../../support/ssh-server.ts';
import { readTree } from '../../support/tree.ts';

const holdfast = fileURLToPath(new URL('../../../bin/holdfast', import.meta.url));

const here = new TestDaemon();
const there = new TestDaemon();
const [cli, far] = [new CommandLine('holdfast', here.host), new CommandLine('holdfast', there.host)];
const ssh = new SshServer(join(there.folder, 'ssh'), { HOLDFAST_HOST: there.host, HOLDFAST_AUTOSTART: '0' });
/** Reached by a path that a shell would take apart. */
const program = join(there.folder, "it's a $(program)");

const data = (daemon: TestDaemon, name: string) => join(daemon.dataRoot, 'volumes', name, '_data');
const send = (args: readonly string[], options = ssh.clientOptions, port = ssh.port) =>
  cli.run([
    'volume',
    'send',
    ...options.flatMap((option) => ['--ssh-option', option]),
    ...args,
    `ssh://root@127.0.0.1:${port}`,
  ]);

describe('volume send', () => {
  withDaemon(here, []);
  withDaemon(there, []);
  beforeAll(async () => {
    symlinkSync(holdfast, program);
    await ssh.start();
    await cli.ok('volume', 'create', '--label', 'app=shop', '-o', 'uid=33', 'shop');
    const root = data(here, 'shop');
    mkdirSync(join(root, 'deep'));
    writeFileSync(join(root, 'deep', 'noise'), randomBytes(5_000_000));
    chmodSync(join(root, 'deep', 'noise'), 0o4710);
  });
  afterAll(() => ssh.stop());

  test('a volume is the same on the other host, labels and options too, and stays here', async () => {
    expect(await send(['--program', program, 'shop'])).toEqual({ stdout: 'shop\n', stderr: '', exitCode: 0 });
    expect(await readTree(data(there, 'shop'))).toEqual(await readTree(data(here, 'shop')));
    const format = '{{json .Labels}} {{json .Options}}';
    expect(await far.ok('volume', 'inspect', '-f', format, 'shop')).toBe('{"app":"shop"} {"uid":"33"}');
    expect(await cli.ok('volume', 'ls', '-q')).toBe('shop');
  });

  test('a name that is taken there is refused, another one is taken', async () => {
    const taken = await send(['--program', program, 'shop']);
    expect(taken).toMatchObject({ exitCode: 1, stderr: expect.stringContaining('127.0.0.1 has a volume shop') });
    expect(await send(['--program', program, '--as', 'shop2', 'shop'])).toMatchObject({
      stdout: 'shop2\n',
      exitCode: 0,
    });
    expect(await readTree(data(there, 'shop2'))).toEqual(await readTree(data(here, 'shop')));
  });

  test('what is not there is told, and leaves nothing', async () => {
    const before = readdirSync(join(there.dataRoot, 'volumes'));
    const words = async (...args: Parameters<typeof send>) => {
      const { stderr, exitCode } = await send(...args);
      expect(exitCode).toBe(1);
      return stderr;
    };
    expect(await words(['--program', '/no/holdfast', 'shop'])).toContain('there is no /no/holdfast at 127.0.0.1');
    expect(await words(['--program', program, 'shop'], ssh.clientOptions, 1)).toContain(
      'cannot reach 127.0.0.1 by ssh',
    );
    const nobody = [
      'BatchMode=yes',
      'IdentityFile=/nonexistent',
      'IdentitiesOnly=yes',
      'StrictHostKeyChecking=no',
      'UserKnownHostsFile=/dev/null',
    ];
    expect(await words(['--program', program, 'shop'], nobody)).toContain('Permission denied');
    expect(await words(['--program', program, 'nothing'])).toContain('get nothing: no such volume');
    // A far end that ends half-way: what it said matters.
    const failing = join(there.folder, 'failing');
    writeFileSync(
      failing,
      '#!/bin/sh\n[ "$2" = ls ] && exit 0\nhead -c 1000 > /dev/null\necho "no space" >&2\nexit 1\n',
      { mode: 0o755 },
    );
    expect(await words(['--program', failing, '--as', 'third', 'shop'])).toContain('127.0.0.1: no space');
    // One that received something else.
    const lying = join(there.folder, 'lying');
    writeFileSync(
      lying,
      `#!/bin/sh\n[ "$2" = ls ] && exit 0\ncat > /dev/null\necho '{"sha256":"0","receivedBytes":1,"warnings":[]}'\n`,
      { mode: 0o755 },
    );
    expect(await words(['--program', lying, '--as', 'third', 'shop'])).toContain(
      'received something else than was sent',
    );
    expect(readdirSync(join(there.dataRoot, 'volumes'))).toEqual(before);
    await there.stop();
    expect(await words(['--program', program, '--as', 'third', 'shop'])).toContain(
      'Cannot connect to the Holdfast daemon',
    );
    await there.start();
    expect((await cli.run(['volume', 'send', 'shop', 'host'])).stderr).toContain('must be ssh://[user@]host[:port]');
  });
});
