import { linkSync, mkdirSync, readdirSync, statSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { runProgram } from '../support/program.ts';
import { refusal, semantics } from '../support/semantics.ts';

const { call, daemon, docker, holdfast } = semantics();

interface Usage {
  Volumes: Array<{ Name: string; UsageData: { Size: number; RefCount: number } }> | null;
  [part: string]: unknown;
}

const usage = async (query = '') => (await call(`GET /system/df${query}`)).body as Usage;
const sizeOf = async (name: string) =>
  (await usage('?type=volume')).Volumes?.find((volume) => volume.Name === name)?.UsageData.Size;
const data = (name: string) => join(daemon.dataRoot, 'volumes', name, '_data');

/** What du(1) counts, less the folders, which are no data of the user's. */
async function du(folder: string): Promise<number> {
  const { stdout } = await runProgram(['du', '--summarize', '--bytes', folder]);
  return Number(stdout.split('\t')[0]) - foldersIn(folder).reduce((sum, path) => sum + statSync(path).size, 0);
}

function foldersIn(folder: string): string[] {
  const inner = readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  return [folder, ...inner.flatMap((entry) => foldersIn(join(folder, entry.name)))];
}

describe('22 disk usage', () => {
  it('22.1 files, links and sparse files as du counts them, hard links once, folders not', async () => {
    await docker.ok('volume', 'create', 'sized');
    mkdirSync(join(data('sized'), 'deep/er'), { recursive: true });
    writeFileSync(join(data('sized'), 'deep/er/file'), 'x'.repeat(12_345));
    linkSync(join(data('sized'), 'deep/er/file'), join(data('sized'), 'twin'));
    symlinkSync('deep/er/file', join(data('sized'), 'pointer'));
    writeFileSync(join(data('sized'), 'sparse'), '');
    truncateSync(join(data('sized'), 'sparse'), 1_000_000);
    expect(await sizeOf('sized')).toBe(12_345 + 'deep/er/file'.length + 1_000_000);
    expect(await sizeOf('sized')).toBe(await du(data('sized')));
  });

  it('22.1 thousands of files, as du counts them', async () => {
    const script = 'for i in $(seq 40); do mkdir /d/$i; for j in $(seq 50); do echo $i $j > /d/$i/$j; done; done';
    await docker.ok('run', '--rm', '-v', 'many:/d', 'alpine', 'sh', '-c', script);
    const expected = await du(data('many'));
    expect(expected).toBeGreaterThan(2000 * 4);
    expect(await sizeOf('many')).toBe(expected);
  });

  it('22.1 option volumes are left out', async () => {
    await docker.ok('volume', 'create', '-o', 'type=tmpfs', '-o', 'device=tmpfs', 'memory');
    await docker.ok('volume', 'create', '-o', 'size=0', 'limited');
    const names = (await usage()).Volumes?.map(({ Name }) => Name);
    expect(names?.sort()).toEqual(['many', 'sized']);
  });

  it('22.1 RefCount is there; list and inspect have no UsageData', async () => {
    await docker.ok('create', '--name', 'user', '-v', 'sized:/data', 'alpine');
    const volume = (await usage()).Volumes?.find(({ Name }) => Name === 'sized');
    expect(volume?.UsageData).toEqual({ Size: expect.any(Number), RefCount: 1 });
    expect((await call('GET /volumes/sized')).body).not.toHaveProperty('UsageData');
  });

  it('22.2 type= measures only what was asked for, from API 1.42', async () => {
    expect(await usage('?type=volume')).toMatchObject({ Volumes: expect.any(Array), Images: null, Containers: null });
    expect(await usage('?type=image')).toMatchObject({ Volumes: null, Images: expect.any(Array) });
    expect(refusal(await call('GET /system/df?type=bogus'))).toBe('400 unknown object type: bogus');
    expect((await call('GET /v1.41/system/df?type=image')).body).toMatchObject({ Volumes: expect.any(Array) });
  });

  it('22.2 without volumes the list is [] and not null', async () => {
    await docker.ok('rm', 'user');
    for (const name of ['memory', 'limited']) await docker.ok('volume', 'rm', name);
    const before = await usage();
    expect(before.Volumes).toHaveLength(2);
    await docker.ok('volume', 'rm', 'many');
    const kept = await docker.ok('volume', 'inspect', '-f', '{{.Name}}', 'sized');
    expect((await usage()).Volumes?.map(({ Name }) => Name)).toEqual([kept]);
    await docker.ok('volume', 'rm', 'sized');
    expect((await usage()).Volumes).toEqual([]);
  });

  it.each([docker, holdfast])('22.3 many calls at once get the same answer, by $name', async (cli) => {
    await docker.ok('run', '--rm', '-v', 'shared:/data', 'alpine', 'sh', '-c', 'head -c 500000 /dev/zero > /data/f');
    const answers = await Promise.all(Array.from({ length: 10 }, () => usage('?type=volume')));
    expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
    expect(await cli.ok('system', 'df', '--format', '{{.Type}} {{.Size}}')).toContain('Local Volumes 500kB');
    await docker.ok('volume', 'rm', 'shared');
  });
});
