import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { json, TestEngine } from '../testing/engine.ts';
import { runCli } from '../testing/run-cli.ts';

let engine: TestEngine;
const run = (...words: string[]) => runCli(engine.socket, words);

beforeEach(async () => {
  engine = new TestEngine();
  await engine.start();
});
afterEach(() => engine.stop());

const volume = (Name: string, Labels: Record<string, string> | null = null) => ({
  CreatedAt: '2024-01-02T03:04:05Z',
  Driver: 'local',
  Labels,
  Mountpoint: `/v/${Name}/_data`,
  Name,
  Options: null,
  Scope: 'local',
});

describe('volume ls', () => {
  beforeEach(() =>
    engine.on('GET /volumes', { Volumes: [volume('vol10'), volume('vol2', { b: '2', a: '1' })], Warnings: null }),
  );

  it('is a table in natural order', async () => {
    expect(await run('volume', 'ls')).toEqual({
      code: 0,
      stdout: 'DRIVER    VOLUME NAME\nlocal     vol2\nlocal     vol10\n',
      stderr: '',
    });
  });

  it('shows names, templates and JSON', async () => {
    expect((await run('volume', 'ls', '-q')).stdout).toBe('vol2\nvol10\n');
    expect((await run('volume', 'ls', '--format', '{{.Name}}={{.Label "a"}} {{.Labels}}')).stdout).toBe(
      'vol2=1 a=1,b=2\nvol10= \n',
    );
    expect((await run('volume', 'ls', '--format', 'table {{.Name}}\\t{{.Label "com.x.a-b"}}')).stdout).toBe(
      'VOLUME NAME   a b\nvol2          \nvol10         \n',
    );
    expect((await run('volume', 'ls', '--format', 'json')).stdout.split('\n')[0]).toBe(
      '{"Availability":"N/A","Driver":"local","Group":"N/A","Labels":"a=1,b=2","Links":"N/A","Mountpoint":"/v/vol2/_data","Name":"vol2","Scope":"local","Size":"N/A","Status":"N/A"}',
    );
  });

  it('sends filters as Go clients do', async () => {
    await run('volume', 'ls', '-f', 'dangling=true', '--filter', 'label=a', '-flabel=b');
    expect(engine.seen[0]?.query.get('filters')).toBe('{"dangling":{"true":true},"label":{"a":true,"b":true}}');
  });

  it('says what is wrong with a template', async () => {
    const unknown = await run('volume', 'ls', '--format', '{{.Nope}}');
    expect(unknown).toMatchObject({ code: 1 });
    expect(unknown.stderr).toContain("can't evaluate field Nope in type *formatter.volumeContext");
    expect((await run('volume', 'ls', '--format', '{{.Name')).stderr).toContain('failed to parse template');
  });
});

describe('other volume commands', () => {
  it('creates, leaving out what was not asked for', async () => {
    engine.on('POST /volumes/create', volume('vol1'));
    expect((await run('volume', 'create', 'vol1')).stdout).toBe('vol1\n');
    await run('volume', 'create', '--label', 'a', '-o', 'type=nfs', '-o', 'o=addr=1,rw', 'vol1');
    expect(engine.seen.map(({ body }) => JSON.parse(body))).toEqual([
      { Driver: 'local', Name: 'vol1' },
      { Driver: 'local', Name: 'vol1', DriverOpts: { type: 'nfs', o: 'addr=1,rw' }, Labels: { a: '' } },
    ]);
  });

  it('removes all it can and tells of the rest', async () => {
    engine.on('DELETE /volumes/a1', (_, response) => response.writeHead(204).end());
    engine.on('DELETE /volumes/used', json(409, { message: 'remove used: volume is in use - [c1]' }));
    engine.on('DELETE /volumes/b1', (_, response) => response.writeHead(204).end());
    expect(await run('volume', 'rm', 'a1', 'used', 'b1')).toEqual({
      code: 1,
      stdout: 'a1\nb1\n',
      stderr: 'Error response from daemon: remove used: volume is in use - [c1]\n',
    });
  });

  it('shows what it finds before what it does not', async () => {
    engine.on('GET /volumes/vol1', volume('vol1'));
    engine.on('GET /volumes/nope', json(404, { message: 'get nope: no such volume' }));
    const result = await run('volume', 'inspect', 'nope', 'vol1');
    expect(JSON.parse(result.stdout)).toEqual([volume('vol1')]);
    expect(result).toMatchObject({ code: 1, stderr: 'Error response from daemon: get nope: no such volume\n' });
    expect((await run('volume', 'inspect', '-f', '{{.Labels}} {{.Name}}', 'vol1')).stdout).toBe('map[] vol1\n');
    expect(await run('volume', 'inspect', '-f', '{{', 'vol1')).toMatchObject({ code: 64 });
    expect((await run('volume', 'inspect', '')).stderr).toBe('invalid volume name or ID: value is empty\n');
  });

  it('asks before it prunes', async () => {
    engine.on('POST /holdfast/v1/volumes/prune', { deleted: ['x1', 'x2'], kept: ['db'], reclaimed: 123456 });
    const refused = await runCli(engine.socket, ['volume', 'prune'], { stdin: 'n\n' });
    expect(refused.stdout).toBe(
      'WARNING! This will remove anonymous local volumes not used by at least one container.\nAre you sure you want to continue? [y/N] ',
    );
    expect(engine.seen).toEqual([]);
    const agreed = await runCli(engine.socket, ['volume', 'prune', '-a'], { stdin: 'y\n' });
    expect(agreed.stdout).toContain('Deleted Volumes:\nx1\nx2\n\nTotal reclaimed space: 123.5kB\n');
    expect(agreed.stderr).toBe('Kept, because they are protected: db\n');
    expect(engine.seen[0]?.query.get('filters')).toBe('{"all":{"true":true}}');
  });
});
