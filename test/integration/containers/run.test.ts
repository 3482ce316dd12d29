import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { eachCommandLine } from '../../support/engine.ts';

eachCommandLine('run', ['alpine'], ({ cli, daemon }) => {
  const shell = (command: string, ...flags: string[]) =>
    cli.run(['run', '--rm', ...flags, 'alpine', 'sh', '-c', command]);

  test('output goes where the program wrote it, and its exit code is ours', async () => {
    const result = await shell('echo out; echo err >&2; exit 3');
    expect(result).toEqual({ stdout: 'out\n', stderr: 'err\n', exitCode: 3 });
  });

  test.each([
    ['a program that is not there', ['alpine', 'nosuchprogram'], 127],
    ['a path that is not there', ['alpine', '/nosuch/program'], 127],
    ['a folder', ['alpine', '/etc'], 126],
    ['a program that kills itself', ['--init', 'alpine', 'sh', '-c', 'kill -9 $$'], 137],
  ])('exit code of %s', async (_name, args, exitCode) => {
    const result = await cli.run(['run', '--rm', ...args]);
    expect(result.exitCode).toBe(exitCode);
    expect(await cli.ok('ps', '-aq')).toBe('');
  });

  test('exit code 125 where the engine refuses', async () => {
    expect((await cli.run(['run', '--nosuchflag', 'alpine'])).exitCode).toBe(125);
    const image = await cli.run(['run', '--rm', '127.0.0.1:1/nosuch/image', 'true']);
    expect(image.exitCode).toBe(125);
    expect(image.stderr).toContain("Unable to find image '127.0.0.1:1/nosuch/image:latest' locally");
  });

  test('environment', async () => {
    const file = join(daemon.folder, 'environment');
    writeFileSync(file, '# comment\nFROM_FILE=two words\n');
    const flags = ['-e', 'GIVEN=1', '--env', 'EMPTY=', '-e', 'INHERITED', '--env-file', file];
    const command = ['alpine', 'sh', '-c', 'echo "$GIVEN|$EMPTY|$INHERITED|$FROM_FILE|$PATH|$HOSTNAME"'];
    const result = await cli.run(['run', '--rm', '--hostname', 'box', ...flags, ...command], {
      env: { INHERITED: 'here' },
    });
    expect(result.stdout).toBe('1||here|two words|/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin|box\n');
  });

  test.each([
    [['-w', '/var/log'], 'pwd', '/var/log'],
    [['-w', '/made/for/it'], 'pwd', '/made/for/it'],
    [['-u', '1234:4321'], 'echo $(id -u):$(id -g)', '1234:4321'],
    [['-u', 'nobody'], 'id -un', 'nobody'],
    [['--hostname', 'box'], 'hostname', 'box'],
    [['--read-only'], 'touch /f 2>&1', 'touch: /f: Read-only file system'],
    [['--pids-limit', '50'], 'cat /proc/1/status | grep -c ^Name', '1'],
    [['--ulimit', 'nofile=100:200'], 'ulimit -n; ulimit -Hn', '100\n200'],
    [['--cap-drop', 'ALL'], "awk '/CapEff/ { print $2 }' /proc/self/status", '0000000000000000'],
    [['--cap-drop', 'all', '--cap-add', 'CHOWN'], "awk '/CapEff/ { print $2 }' /proc/self/status", '0000000000000001'],
    [[], "awk '/CapEff/ { print $2 }' /proc/self/status", '00000000a80425fb'],
    [[], "awk '/Seccomp:/ { print $2 }' /proc/self/status", '2'],
    [['--security-opt', 'seccomp=unconfined'], "awk '/Seccomp:/ { print $2 }' /proc/self/status", '0'],
    [['--security-opt', 'no-new-privileges'], "awk '/NoNewPrivs/ { print $2 }' /proc/self/status", '1'],
    [['--init'], 'cat /proc/1/comm', expect.stringMatching(/init/)],
    [['--network', 'none'], 'ls /sys/class/net', 'lo'],
    [['--entrypoint', 'echo', '--workdir', '/'], '', expect.anything()],
  ])('%j', async (flags, command, expected) => {
    const result = await shell(command, ...flags);
    expect(result.stdout.trimEnd()).toEqual(expected);
  });

  test('--privileged opens what is closed otherwise', async () => {
    const probe = 'mkdir -p /m && mount -t tmpfs tmpfs /m 2>/dev/null && echo mounted || echo refused';
    expect((await shell(probe)).stdout).toBe('refused\n');
    expect((await shell(probe, '--privileged')).stdout).toBe('mounted\n');
  });

  test('--memory and --cpus reach the kernel', async () => {
    const id = await cli.ok('run', '-d', '--memory', '64m', '--cpus', '0.5', 'alpine', 'sleep', '600');
    const format = '{{.HostConfig.Memory}} {{.HostConfig.NanoCpus}}';
    expect(await cli.ok('inspect', '--format', format, id)).toBe('67108864 500000000');
    const eater = await shell('head -c 200m /dev/zero | tail', '--memory', '20m', '--memory-swap', '20m');
    expect(eater.exitCode).not.toBe(0);
    await cli.ok('rm', '-f', id);
  });

  test('network: the bridge where nothing is asked for, none, host, and a clear refusal of one that is not there', async () => {
    expect((await shell('ls /sys/class/net')).stdout).toBe('eth0\nlo\n');
    expect((await shell('ls /sys/class/net', '--network', 'none')).stdout).toBe('lo\n');
    expect((await shell('ls /sys/class/net', '--network', 'host')).exitCode).toBe(0);
    const missing = await cli.run(['run', '--rm', '--network', 'nosuch', 'alpine', 'true']);
    expect(missing.exitCode).toBe(125);
    expect(missing.stderr).toContain('network nosuch not found');
  });

  test('names', async () => {
    const id = await cli.ok('run', '-d', '--name', 'taken', '-l', 'tier=gold', 'alpine', 'sleep', '600');
    expect(id).toMatch(/^[0-9a-f]{64}$/);
    expect(await cli.ok('inspect', '--format', '{{.Id}} {{index .Config.Labels "tier"}}', 'taken')).toBe(`${id} gold`);
    const again = await cli.run(['run', '-d', '--name', 'taken', 'alpine']);
    expect(again.exitCode).toBe(125);
    expect(again.stderr).toContain(`The container name "/taken" is already in use by container "${id}"`);
    await cli.ok('rename', 'taken', 'renamed');
    expect(await cli.ok('inspect', '--format', '{{.Name}}', id.slice(0, 12))).toBe('/renamed');
    await cli.ok('rm', '-f', 'renamed');
    const bad = await cli.run(['run', '--rm', '--name', '/no good', 'alpine', 'true']);
    expect(bad.stderr).toContain('Invalid container name');
  });

  test('a start that fails with --rm leaves nothing', async () => {
    const { exitCode } = await cli.run(['run', '--rm', '-v', '/anonymous', 'alpine', 'nosuchprogram']);
    expect(exitCode).toBe(127);
    expect(await cli.ok('ps', '-aq')).toBe('');
    expect(await cli.ok('volume', 'ls', '-q')).toBe('');
  });
});
