import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { semantics } from '../../support/semantics.ts';

const { daemon, docker, holdfast, call } = semantics();

interface View {
  name: string;
  pool: string;
  anonymous: boolean;
  protected: boolean;
  size: number | null;
  users: Array<{ name: string; running: boolean }>;
  lastUsedAt: string | null;
}
interface Inspection extends View {
  history: {
    createdFor: { name: string; image: string; project: string } | null;
    users: Array<{ name: string; destination: string; readWrite: boolean; starts: number; lastEndedAt: string | null }>;
    steps: Array<{ action: string }>;
  };
  warnings: string[];
}

const viewOf = async (name: string) => (await call(`GET /holdfast/v1/volumes/${name}`)).body as Inspection;

/** Sizes come from a walk behind the answers: asked again until there is one. */
async function sizeOf(name: string): Promise<number> {
  for (;;) {
    const { size } = await viewOf(name);
    if (size !== null) return size;
  }
}

describe('why a user cannot write', () => {
  const sentence = 'The user 1000:1000 cannot write to /data: the volume roots belongs to 0:0 with mode 0755.';

  it('is told by inspect of the container and of the volume, on stderr, and Docker’s JSON stays as it is', async () => {
    await docker.ok('create', '--name', 'limited', '--user', '1000:1000', '-v', 'roots:/data', 'alpine', 'true');
    for (const words of [
      ['inspect', 'limited'],
      ['container', 'inspect', 'limited'],
    ]) {
      const { stdout, stderr } = await holdfast.run(words);
      expect(stderr).toContain(`WARNING: ${sentence}`);
      expect(JSON.parse(stdout)).toEqual(JSON.parse(await docker.ok('inspect', 'limited')));
    }
    const { stdout, stderr } = await holdfast.run(['volume', 'inspect', 'roots']);
    expect(stderr).toContain(`WARNING: Container limited: ${sentence}`);
    expect(JSON.parse(stdout)).toEqual(JSON.parse(await docker.ok('volume', 'inspect', 'roots')));
  });

  it('is not told where a format was asked for, or once it is mended', async () => {
    expect((await holdfast.run(['inspect', '-f', '{{.Name}}', 'limited'])).stderr).toBe('');
    await holdfast.ok('run', '--rm', '-v', 'roots:/data', 'alpine', 'chown', '1000', '/data');
    expect((await holdfast.run(['inspect', 'limited'])).stderr).toBe('');
    expect((await viewOf('roots')).warnings).toEqual([]);
  });
});

describe('volume ls --long', () => {
  it('shows size, users, last use, last backup and protection', async () => {
    await holdfast.ok('run', '--rm', '-v', 'measured:/data', 'alpine', 'sh', '-c', 'head -c 70000 /dev/zero > /data/f');
    await holdfast.ok('create', '--name', 'keeper', '-v', 'measured:/data', 'alpine', 'true');
    await holdfast.ok('volume', 'protect', 'measured');
    await sizeOf('measured');
    const list = await holdfast.ok('volume', 'ls', '--long', '--filter', 'name=measured');
    const [header = '', row = ''] = list.split('\n');
    expect(header.split(/ {2,}/).map((word) => word.trim())).toEqual([
      'VOLUME NAME',
      'DRIVER',
      'POOL',
      'SIZE',
      'LIMIT',
      'USED BY',
      'LAST USED',
      'LAST BACKUP',
      'PROTECTED',
    ]);
    expect(row).toMatch(/^measured +local +main +70kB +- +keeper +\S.* ago +never +yes/);
    await holdfast.ok('volume', 'unprotect', 'measured');
  });

  it('has its columns in --format, and leaves the other lists as Docker has them', async () => {
    const format = '{{.Name}} {{.Size}} {{.Users}} {{.Protected}}';
    expect(await holdfast.ok('volume', 'ls', '--filter', 'name=measured', '--format', format)).toBe(
      'measured 70kB keeper no',
    );
    expect(await holdfast.ok('volume', 'ls', '--filter', 'name=measured')).toBe(
      await docker.ok('volume', 'ls', '--filter', 'name=measured'),
    );
  });

  it('knows what nobody has used for a time, in lists and prunes', async () => {
    await holdfast.ok('volume', 'create', 'idle');
    await holdfast.ok('run', '-d', '--name', 'busy', '-v', 'occupied:/data', 'alpine', 'sleep', '600');
    const unused = await holdfast.ok('volume', 'ls', '-q', '--filter', 'unused-for=0s');
    expect(unused.split('\n')).toEqual(expect.arrayContaining(['idle', 'measured']));
    expect(unused.split('\n')).not.toContain('occupied');
    expect(await docker.ok('volume', 'ls', '-q', '--filter', 'unused-for=1h')).toBe('');
    const dry = await holdfast.ok('volume', 'prune', '--all', '--filter', 'unused-for=0s', '--dry-run');
    expect(dry).toMatch(/^idle +/m);
    expect(dry).not.toContain('measured');
    await holdfast.ok('volume', 'prune', '--all', '--force', '--filter', 'unused-for=1h');
    expect(await docker.ok('volume', 'ls', '-q', '--filter', 'name=idle')).toBe('idle');
    const refused = await docker.run(['volume', 'ls', '--filter', 'unused-for=long']);
    expect(refused.stderr).toContain("invalid filter 'unused-for=long': it takes a time such as 12h, 30d or 4w");
    await holdfast.ok('rm', '-f', 'busy');
  });
});

describe('the history of a volume', () => {
  it('tells where an anonymous volume comes from, and outlives the daemon', async () => {
    const id = await docker.ok(
      'create',
      '--name',
      'maker',
      '--label',
      'com.docker.compose.project=shop',
      '-v',
      '/data',
      'alpine',
      'true',
    );
    await docker.ok('start', '-a', 'maker');
    await docker.ok('start', '-a', 'maker');
    const name = await docker.ok('inspect', '-f', '{{(index .Mounts 0).Name}}', 'maker');
    await docker.ok('rm', 'maker');
    await daemon.stop();
    await daemon.start();
    const view = await viewOf(name);
    expect(view.anonymous).toBe(true);
    expect(view.history.createdFor).toMatchObject({ id, name: 'maker', image: 'alpine', project: 'shop' });
    expect(view.history.users).toMatchObject([{ name: 'maker', destination: '/data', readWrite: true, starts: 2 }]);
    expect(view.history.users[0]?.lastEndedAt).toEqual(view.lastUsedAt);
    expect(view.history.steps.map(({ action }) => action)).toEqual(['create']);
    const shown = await holdfast.ok('volume', 'inspect', '--history', name);
    expect(shown).toMatch(/create +for container maker \(alpine, of project shop\)/);
    expect(shown).toMatch(/used +by container maker .*at \/data, started 2 times/);
  });

  it('is not that of an earlier volume of the same name', async () => {
    await holdfast.ok('run', '--rm', '-v', 'again:/data', 'alpine', 'true');
    await holdfast.ok('volume', 'rm', 'again');
    await holdfast.ok('volume', 'create', 'again');
    const { history, lastUsedAt } = await viewOf('again');
    expect(lastUsedAt).toBeNull();
    expect(history.users).toEqual([]);
    expect(history.steps).toHaveLength(1);
  });

  it('of a killed daemon is there but for the last moment', async () => {
    await holdfast.ok('run', '--rm', '--name', 'early', '-v', 'kept:/data', 'alpine', 'true');
    const file = join(daemon.dataRoot, 'volumes/kept/history.json');
    await expect.poll(() => existsSync(file) && readFileSync(file, 'utf8')).toContain('"lastEndedAt":"');
    await daemon.kill();
    await daemon.start();
    expect((await viewOf('kept')).history.users).toMatchObject([{ name: 'early', starts: 1 }]);
  });
});

describe('volume top', () => {
  it('shows who writes to which volume', async () => {
    const write = 'while :; do dd if=/dev/zero of=/data/file bs=64k count=64 conv=fsync 2>/dev/null; done';
    await holdfast.ok('run', '-d', '--name', 'writer', '-v', 'written:/data', 'alpine', 'sh', '-c', write);
    await holdfast.ok('run', '-d', '--name', 'reader', '-v', 'written:/data:ro', 'alpine', 'sleep', '600');
    const readTop = () => holdfast.ok('volume', 'top', '--no-stream', 'written');
    // Asked again where the disk took nothing within that second.
    await expect.poll(readTop, { timeout: 50_000 }).toMatch(/^written +.* writer [\d.]+[kMG]B\/s/m);
    const table = await readTop();
    expect(table.split('\n')[0]).toMatch(/^VOLUME NAME +SIZE +LIMIT +GROWTH +READ +WRITTEN +USED BY$/);
    expect(table).toContain('reader (read-only)');
    expect((await holdfast.run(['volume', 'top', 'nosuch'])).stderr).toContain('get nosuch: no such volume');
    await holdfast.ok('rm', '-f', 'writer', 'reader');
    expect(await holdfast.ok('volume', 'top', '--no-stream', '--format', '{{.Name}}', 'written')).toBe('');
  });
});
