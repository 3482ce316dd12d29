import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { cgroupLayout, processCgroups } from '../../../src/host/index.ts';
import { GroupFreezer } from '../../../src/runtime/cgroup/freezer.ts';
import { ContainerGroups } from '../../../src/runtime/cgroup/groups.ts';
import { refusal, semantics } from '../../support/semantics.ts';

const { call, daemon, docker, holdfast } = semantics();

const dataOf = (volume: string) => join(daemon.dataRoot, 'volumes', volume, '_data');
const count = 'i=0; while :; do i=$((i+1)); echo $i >> /data/a; echo $i >> /data/b; done';

/** A container that writes the same numbers to two files, first one, then the other; they differ by one line at most. */
async function writer(name: string): Promise<GroupFreezer> {
  await docker.ok('run', '-d', '--name', name, '-v', `${name}:/data`, 'alpine', 'sh', '-c', count);
  const pid = Number(await docker.ok('inspect', '-f', '{{.State.Pid}}', name));
  return new GroupFreezer(new ContainerGroups(processCgroups(pid) ?? {}, cgroupLayout()));
}

const linesIn = (folder: string, file: string) => readFileSync(join(folder, file), 'utf8').split('\n').length - 1;

/** Resolves once the writer has gone on. */
async function goesOn(name: string): Promise<void> {
  const now = linesIn(dataOf(name), 'a');
  await expect.poll(() => linesIn(dataOf(name), 'a'), { timeout: 30_000 }).toBeGreaterThan(now);
}

describe('snapshots', () => {
  it('of a volume in use fit together, and nobody sees the container standing still', async () => {
    await writer('used');
    await expect.poll(() => linesIn(dataOf('used'), 'a')).toBeGreaterThan(0);
    const undecided = await holdfast.run(['volume', 'snapshot', 'create', 'used']);
    expect(undecided).toMatchObject({ exitCode: 1, stderr: expect.stringContaining('--freeze') });
    const seen: string[] = [];
    const taking = holdfast.run(['volume', 'snapshot', 'create', '--freeze', '--name', 'first', 'used']);
    const taken = taking.finally(() => seen.push('done'));
    while (!seen.includes('done')) seen.push(await docker.ok('ps', '--format', '{{.Names}} {{.State}}'));
    expect(await taken).toMatchObject({
      exitCode: 0,
      stdout: 'used@first\n',
      stderr: expect.stringMatching(/stood still for \d+ ms/),
    });
    expect(new Set(seen)).toEqual(new Set(['used running', 'done']));
    expect(await docker.ok('exec', 'used', 'echo', 'here')).toBe('here');
    await goesOn('used');
    await holdfast.ok('volume', 'clone', 'used@first', 'copy');
    const [a, b] = [linesIn(dataOf('copy'), 'a'), linesIn(dataOf('copy'), 'b')];
    expect([0, 1]).toContain(a - b);
    const diff = await holdfast.ok('volume', 'snapshot', 'diff', 'used', 'first');
    expect(diff).toMatch(/^C \/a \(.*content.*\)$/m);
    const listed = await holdfast.ok('volume', 'snapshot', 'ls', 'used', '--format', '{{.Name}} {{.Consistency}}');
    expect(listed).toBe('first frozen');
    await docker.ok('pause', 'used');
    await holdfast.ok('volume', 'snapshot', 'create', '--freeze', '--name', 'paused', 'used');
    expect(await docker.ok('inspect', '-f', '{{.State.Status}}', 'used')).toBe('paused');
    await docker.ok('rm', '-f', 'used');
    await holdfast.ok('volume', 'snapshot', 'rm', 'used', 'paused');
    await docker.ok('volume', 'rm', 'used', 'copy');
  });

  it('are thawed where the daemon is killed in the middle, and nothing of them is left', async () => {
    const freezer = await writer('cut');
    // Many files take their time to be copied, so that there is a middle on any machine.
    for (let file = 0; file < 20_000; file += 1) writeFileSync(join(dataOf('cut'), `file${file}`), 'x');
    const taking = holdfast.run(['volume', 'snapshot', 'create', '--freeze', 'cut']);
    while (!freezer.isFrozen) await new Promise(setImmediate);
    await daemon.kill();
    expect((await taking).exitCode).not.toBe(0);
    await expect.poll(() => freezer.isFrozen, { timeout: 30_000 }).toBe(false);
    await goesOn('cut');
    await daemon.start();
    expect(await holdfast.ok('volume', 'snapshot', 'ls', '-q', 'cut')).toBe('');
    expect(await docker.ok('ps', '--format', '{{.Names}} {{.State}}')).toBe('cut running');
    await docker.ok('rm', '-f', 'cut');
    await docker.ok('volume', 'rm', 'cut');
  });

  it('are gone back to only by a stopped container, which finds the old data; a crash that left it frozen is healed', async () => {
    const freezer = await writer('back');
    await holdfast.ok('volume', 'snapshot', 'create', '--freeze', '--name', 'then', 'back');
    const running = await holdfast.run(['volume', 'rollback', 'back', 'then']);
    expect(running).toMatchObject({ exitCode: 1, stderr: expect.stringContaining('docker stop back') });
    await daemon.kill();
    await freezer.freeze();
    await daemon.start();
    expect(freezer.isFrozen).toBe(false);
    await docker.ok('kill', 'back');
    const kept = await holdfast.ok('volume', 'rollback', 'back', 'then');
    expect(kept).toMatch(/^back@before-rollback-/);
    const written = linesIn(dataOf('back'), 'a');
    await docker.ok('start', 'back');
    await goesOn('back');
    expect(linesIn(dataOf('back'), 'a')).toBeGreaterThan(written);
    await docker.ok('rm', '-f', 'back');
    await holdfast.ok('volume', 'rename', 'back', 'renamed');
    expect(await holdfast.ok('volume', 'snapshot', 'ls', '-q', 'renamed')).toBe(`then\n${kept.slice('back@'.length)}`);
    await docker.ok('volume', 'rm', 'renamed');
  });

  it('are made by themselves as labels say, and only those are removed by themselves', async () => {
    const label = ['--label', 'holdfast.snapshot.schedule=* * * * * *', '--label', 'holdfast.snapshot.keep=1y'];
    await docker.ok('volume', 'create', ...label, 'timed');
    await holdfast.ok('volume', 'snapshot', 'create', '--name', 'mine', 'timed');
    const names = async () => (await holdfast.ok('volume', 'snapshot', 'ls', '-q', 'timed')).split('\n');
    await daemon.stop();
    await daemon.start();
    const automatic = async () => (await names()).find((name) => name.startsWith('auto-'));
    await expect.poll(automatic, { timeout: 30_000 }).toBeDefined();
    const one = await automatic();
    await expect.poll(names, { timeout: 30_000 }).not.toContain(one);
    expect(await names()).toContain('mine');
    await holdfast.ok('volume', 'snapshot', 'schedule', '--off', 'timed');
    expect(await docker.ok('volume', 'inspect', '-f', '{{json .Labels}}', 'timed')).toBe('{}');
    const bad = await call('POST /volumes/create', { Name: 'bad', Labels: { 'holdfast.snapshot.schedule': 'often' } });
    expect(refusal(bad)).toMatch(/^400 create bad: label holdfast.snapshot.schedule: "often" is not a schedule/);
    await docker.ok('volume', 'rm', 'timed');
  });

  it('of a whole Compose project are of one moment; a stock client makes clones of them', async () => {
    const project = ['--label', 'com.docker.compose.project=shop'];
    for (const name of ['shop_db', 'shop_web']) await docker.ok('volume', 'create', ...project, name);
    writeFileSync(join(dataOf('shop_db'), 'file'), 'one');
    expect(await holdfast.ok('volume', 'snapshot', 'create', '-p', 'shop', '-n', 'both')).toBe(
      'shop_db@both\nshop_web@both',
    );
    writeFileSync(join(dataOf('shop_db'), 'file'), 'two');
    await docker.ok('volume', 'create', '-o', 'from=shop_db@both', 'old');
    expect(await docker.ok('run', '--rm', '-v', 'old:/data', 'alpine', 'cat', '/data/file')).toBe('one');
    const none = await holdfast.run(['volume', 'snapshot', 'create', '-p', 'nothing']);
    expect(none.stderr).toContain('no such project');
    await docker.ok('volume', 'rm', 'old', 'shop_db', 'shop_web');
  });
});
