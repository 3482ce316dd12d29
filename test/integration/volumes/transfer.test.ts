import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { request as httpRequest } from 'node:http';
import { join } from 'node:path';
import { pack } from 'tar-stream';
import { describe, expect, test } from 'vitest';
import { CommandLine } from '../../support/command-line.ts';
import { TestDaemon } from '../../support/daemon.ts';
import { withDaemon } from '../../support/engine.ts';
import { runProgram } from '../../support/program.ts';
import { openRequest } from '../../support/request.ts';
import { readTree } from '../../support/tree.ts';

const daemon = new TestDaemon();
const cli = new CommandLine('holdfast', daemon.host);

const mountpoint = (name: string) => join(daemon.dataRoot, 'volumes', name, '_data');
const volumes = async () => (await cli.ok('volume', 'ls', '-q')).split('\n').sort();
/** Names in the root of volumes, where what is left of a failed import would be. */
const onDisk = () => readdirSync(join(daemon.dataRoot, 'volumes')).sort();
const inFolder = (name: string) => join(daemon.folder, name);

describe('volume export and import', () => {
  withDaemon(daemon, ['alpine']);

  test('a volume goes into a file and comes back, with its labels and options, in each compression', async () => {
    await cli.ok('volume', 'create', '--label', 'app=shop', '-o', 'uid=33', 'source');
    const make =
      'mkdir -p deep/er && echo one > deep/er/file && chown -R 12:34 deep && ln -s /nowhere link && ln deep/er/file twin && chmod 4750 twin';
    await cli.ok('run', '--rm', '-v', 'source:/data', '-w', '/data', 'alpine', 'sh', '-c', make);
    const tree = await readTree(mountpoint('source'));
    for (const [file, magic] of [
      ['x.tar.zst', '28b52ffd'],
      ['x.tar.gz', '1f8b'],
      ['x.tar', ''],
    ] as const) {
      await cli.ok('volume', 'export', '-o', inFolder(file), 'source');
      expect(readFileSync(inFolder(file)).toString('hex')).toMatch(new RegExp(`^${magic}`));
      expect(await cli.ok('volume', 'import', 'copy', inFolder(file))).toBe('copy');
      expect(await readTree(mountpoint('copy'))).toEqual(tree);
      const format = '{{json .Labels}} {{json .Options}}';
      expect(await cli.ok('volume', 'inspect', '--format', format, 'copy')).toBe('{"app":"shop"} {"uid":"33"}');
      await cli.ok('volume', 'rm', 'copy');
    }
    // By hand it is just the data.
    mkdirSync(inFolder('by-hand'));
    const tar = await runProgram(['tar', '-xf', inFolder('x.tar.gz'), '-C', inFolder('by-hand')]);
    expect(tar).toMatchObject({ exitCode: 0, stderr: '' });
    expect(readdirSync(inFolder('by-hand')).sort()).toEqual(['deep', 'link', 'twin']);
  });

  test('through pipes, under the name that the archive gives', async () => {
    const { stdout } = await cli.binary(['volume', 'export', 'source']);
    const taken = await cli.run(['volume', 'import', '-'], { input: stdout });
    expect(taken.stderr).toContain('import source: there is a volume of that name');
    await cli.ok('volume', 'rm', 'source');
    expect(await cli.run(['volume', 'import', '-'], { input: stdout })).toMatchObject({
      stdout: 'source\n',
      exitCode: 0,
    });
    expect(await cli.ok('run', '--rm', '-v', 'source:/data', 'alpine', 'cat', '/data/deep/er/file')).toBe('one');
  });

  test('what users packed by themselves comes in too, but says no name', async () => {
    const backup = ['tar', 'czf', '/backup/own.tar.gz', '-C', '/data', '.'];
    await cli.ok('run', '--rm', '-v', 'source:/data', '-v', `${daemon.folder}:/backup`, 'alpine', ...backup);
    const nameless = await cli.run(['volume', 'import', inFolder('own.tar.gz')]);
    expect(nameless.stderr).toContain('the archive does not say what volume it is of: give the new volume a name');
    await cli.ok('volume', 'import', '--label', 'from=backup', '-o', 'mode=0700', 'own', inFolder('own.tar.gz'));
    expect(await readTree(mountpoint('own'))).toEqual(await readTree(mountpoint('source')));
    expect(await cli.ok('volume', 'inspect', '-f', '{{json .Labels}} {{json .Options}}', 'own')).toBe(
      '{"from":"backup"} {"mode":"0700"}',
    );
  });

  test('a copy under another name is neither anonymous nor of a Compose project', async () => {
    await cli.ok(
      'volume',
      'create',
      '--label',
      'com.docker.compose.project=p',
      '--label',
      'a=b',
      '--label',
      'com.docker.volume.anonymous=',
      'composed',
    );
    const { stdout } = await cli.binary(['volume', 'export', 'composed']);
    await cli.run(['volume', 'import', 'other', '-'], { input: stdout });
    expect(await cli.ok('volume', 'inspect', '-f', '{{json .Labels}}', 'other')).toBe('{"a":"b"}');
    await cli.ok('volume', 'rm', 'composed');
    await cli.run(['volume', 'import', '-'], { input: stdout });
    const labels = JSON.parse(await cli.ok('volume', 'inspect', '-f', '{{json .Labels}}', 'composed'));
    expect(labels).toEqual({ a: 'b', 'com.docker.compose.project': 'p' });
  });

  test('an archive that is cut, damaged or none changes nothing', async () => {
    writeFileSync(join(mountpoint('source'), 'noise'), randomBytes(3_000_000));
    const before = [await volumes(), onDisk()];
    for (const compression of ['zstd', 'gzip', 'none']) {
      const { stdout } = await cli.binary(['volume', 'export', '--compress', compression, 'source']);
      const damaged = Buffer.from(stdout);
      const middle = Math.floor(stdout.length / 2);
      damaged.fill(0xff, middle, middle + 8);
      const half = await cli.run(['volume', 'import', 'half', '-'], { input: stdout.subarray(0, middle) });
      expect(half).toMatchObject({ exitCode: 1, stderr: expect.stringMatching(/cut off/) });
      // A plain archive has no sums that would tell a wrong byte in a file.
      if (compression === 'none') continue;
      const wrong = await cli.run(['volume', 'import', 'wrong', '-'], { input: damaged });
      expect(wrong).toMatchObject({ exitCode: 1, stderr: expect.stringMatching(/damaged|invalid/) });
    }
    const none = await cli.run(['volume', 'import', 'none', '-'], { input: 'no archive'.repeat(100) });
    expect(none).toMatchObject({ exitCode: 1, stderr: expect.stringContaining('invalid tar header') });
    expect((await cli.run(['volume', 'import', 'empty', '-'], { input: '' })).stderr).toContain(
      'no tar archive at all',
    );
    expect([await volumes(), onDisk()]).toEqual(before);
  });

  test('an archive that would reach out of the volume, or at devices, changes nothing', async () => {
    const before = [await volumes(), onDisk()];
    const attacks = {
      'leads outside': [{ name: '../evil' }],
      'leads outside of the volume': [{ name: 'a' }, { name: 'b', type: 'link', linkname: '../../../evil' }],
      'invalid archive': [{ name: 'way', type: 'symlink', linkname: inFolder('') }, { name: 'way/evil' }],
      'device node "sda"': [{ name: 'sda', type: 'block-device', devmajor: 8, devminor: 0 }],
      'no space left': [{ name: 'bomb', size: 2 ** 45 }],
    } as const;
    for (const [words, members] of Object.entries(attacks)) {
      const refused = await cli.run(['volume', 'import', 'evil', '-'], { input: await archiveOf(members) });
      expect(refused).toMatchObject({ exitCode: 1, stderr: expect.stringContaining(words) });
    }
    expect([await volumes(), onDisk()]).toEqual(before);
    expect(existsSync(inFolder('evil'))).toBe(false);
    // Absolute names lie beneath the volume, as with every tar.
    await cli.run(['volume', 'import', 'absolute', '-'], { input: await archiveOf([{ name: '/etc/evil' }]) });
    expect(readdirSync(mountpoint('absolute'))).toEqual(['etc']);
    expect(existsSync('/etc/evil')).toBe(false);
    const device = await archiveOf(attacks['device node "sda"']);
    await cli.run(['volume', 'import', '--devices', 'devices', '-'], { input: device });
    expect(statSync(join(mountpoint('devices'), 'sda')).isBlockDevice()).toBe(true);
  });

  test('a client that goes leaves nothing of an import, and ends an export', async () => {
    const before = [await volumes(), onDisk()];
    await cli.ok('volume', 'export', '--compress', 'none', '-o', inFolder('whole.tar'), 'source');
    const whole = readFileSync(inFolder('whole.tar'));
    // Its length says that more will come.
    const headers = { 'content-length': String(whole.length) };
    const path = '/holdfast/v1/volumes/gone/import';
    const client = httpRequest({ socketPath: daemon.socket, path, method: 'POST', headers });
    client.on('error', () => {});
    client.write(whole.subarray(0, whole.length - 1_000_000));
    await expect.poll(transfers, { timeout: 20_000 }).toMatchObject([{ kind: 'import', volume: 'gone' }]);
    await expect.poll(onDisk, { timeout: 20_000 }).not.toEqual(before[1]);
    client.destroy();
    await expect.poll(transfers, { timeout: 20_000 }).toEqual([]);
    expect([await volumes(), onDisk()]).toEqual(before);

    const response = await openRequest(daemon.socket, '/holdfast/v1/volumes/source/export?compression=none');
    response.destroy();
    await expect.poll(transfers, { timeout: 20_000 }).toEqual([]);
    await cli.ok('volume', 'rm', 'source');
  });

  test('a volume in use is exported with a warning, and stays while it is', async () => {
    await cli.ok('run', '-d', '--name', 'user', '-v', 'busy:/data', 'alpine', 'sleep', '1000');
    const { stderr, exitCode } = await cli.run(['volume', 'export', '-o', inFolder('busy.tar'), 'busy']);
    expect({ stderr, exitCode }).toMatchObject({
      exitCode: 0,
      stderr: expect.stringContaining('volume busy is in use'),
    });
    await cli.ok('rm', '-f', 'user');
    expect((await cli.run(['volume', 'export', '-o', inFolder('busy.tar'), 'busy'])).stderr).toBe('');
  });

  test('the data of a volume is replaced in one step, not while it is in use, and the old can be had back', async () => {
    const write = (text: string, name: string) =>
      cli.ok('run', '--rm', '-v', `${name}:/data`, 'alpine', 'sh', '-c', `echo ${text} > /data/file`);
    const read = (name: string) => readFileSync(join(mountpoint(name), 'file'), 'utf8').trim();
    await cli.ok('volume', 'create', '--label', 'tier=gold', 'live');
    await write('new', 'live');
    await cli.ok('volume', 'export', '-o', inFolder('live.tar.zst'), 'live');
    await write('old', 'live');
    const replace = ['volume', 'import', '--replace', 'live'];

    await cli.ok('run', '-d', '--name', 'user', '-v', 'live:/data', 'alpine', 'sleep', '1000');
    expect((await cli.run([...replace, inFolder('live.tar.zst')])).stderr).toContain(
      'volume is in use: stop the containers',
    );
    await cli.ok('rm', '-f', 'user');
    const before = onDisk();
    const cut = await cli.run([...replace, '-'], { input: readFileSync(inFolder('live.tar.zst')).subarray(0, -10) });
    expect(cut).toMatchObject({ exitCode: 1, stderr: expect.stringContaining('cut off') });
    expect([read('live'), onDisk()]).toEqual(['old', before]);

    const { stderr } = await cli.run([...replace, inFolder('live.tar.zst')]);
    expect(read('live')).toBe('new');
    expect(await cli.ok('volume', 'inspect', '-f', '{{json .Labels}}', 'live')).toBe('{"tier":"gold"}');
    const words = /holdfast (volume trash restore) --as NAME (\S+)/.exec(stderr);
    await cli.ok(...(words?.[1] ?? '').split(' '), '--as', 'before', words?.[2] ?? '');
    expect(read('before')).toBe('old');
  });

  test('a snapshot is exported in place of the data as it is now', async () => {
    await cli.ok('volume', 'create', 'story');
    writeFileSync(join(mountpoint('story'), 'file'), 'then');
    await cli.ok('volume', 'snapshot', 'create', '--name', 'before', 'story');
    writeFileSync(join(mountpoint('story'), 'file'), 'now');
    const { stdout } = await cli.binary(['volume', 'export', '--snapshot', 'before', 'story']);
    await cli.run(['volume', 'import', 'past', '-'], { input: stdout });
    expect(readFileSync(join(mountpoint('past'), 'file'), 'utf8')).toBe('then');
    const missing = await cli.run(['volume', 'export', '--snapshot', '../../past', 'story']);
    expect(missing).toMatchObject({ exitCode: 1, stderr: expect.stringContaining('no such snapshot') });
  });

  test('a snapshot that is removed while it is exported makes no archive that looks whole', async () => {
    for (let file = 0; file < 64; file += 1)
      writeFileSync(join(mountpoint('story'), `part${file}`), randomBytes(1 << 20));
    await cli.ok('volume', 'snapshot', 'create', '--name', 'going', 'story');
    const path = '/holdfast/v1/volumes/story/export?compression=none&snapshot=going';
    const archive = await openRequest(daemon.socket, path);
    // Nobody reads on, so that tar has most of the files before it when they go.
    await cli.ok('volume', 'snapshot', 'rm', 'story', 'going');
    const reading = async () => {
      for await (const _chunk of archive);
    };
    await expect(reading()).rejects.toThrow('aborted');
  });

  test('words that mean nothing are refused', async () => {
    const wrong = async (...args: string[]) => (await cli.run(['volume', ...args])).stderr;
    expect(await wrong('export', 'nothing')).toContain('get nothing: no such volume');
    expect(await wrong('export', '--compress', 'lzma', 'busy')).toContain('invalid compression "lzma"');
    expect(await wrong('import', inFolder('missing'))).toContain('no such file or directory');
    expect(await wrong('import', 'no spaces', inFolder('busy.tar'))).toContain('no spaces');
    const nfs = ['-o', 'type=nfs', '-o', 'device=:/x'];
    expect(await wrong('import', ...nfs, 'nfs', inFolder('busy.tar'))).toContain('leave out the options');
  });
});

async function transfers(): Promise<unknown> {
  return (await daemon.request('/holdfast/v1/transfers')).body;
}

interface Member {
  name: string;
  type?: 'file' | 'link' | 'symlink' | 'block-device';
  linkname?: string;
  devmajor?: number;
  devminor?: number;
  size?: number;
}

/** An archive of exactly these members; one with a size has no bytes behind its header. */
async function archiveOf(members: readonly Member[]): Promise<Buffer> {
  const tar = pack();
  for (const { size, ...member } of members) {
    if (size !== undefined) tar.entry({ ...member, size });
    else if (member.type === undefined) tar.entry(member, 'data');
    else tar.entry(member);
  }
  const chunks: Buffer[] = [];
  if (members.every(({ size }) => size === undefined)) tar.finalize();
  else setImmediate(() => tar.destroy());
  try {
    for await (const chunk of tar) chunks.push(chunk as Buffer);
  } catch {
    // Its last member has no bytes.
  }
  return Buffer.concat(chunks);
}
