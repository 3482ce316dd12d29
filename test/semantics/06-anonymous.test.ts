import { renameSync, rmSync, symlinkSync } from 'node:fs';
import { beforeEach, describe, expect, it } from 'vitest';
import { filters, refusal, semantics } from '../support/semantics.ts';

const { call, daemon, docker, holdfast } = semantics(['alpine', 'nginx']);

const words = (text: string) => text.split('\n').filter((word) => word !== '');
const volumes = async () => words(await docker.ok('volume', 'ls', '-q'));
const volumeOf = (container: string) => docker.ok('inspect', '-f', '{{(index .Mounts 0).Name}}', container);
const labelsOf = async (name: string) => ((await call(`GET /volumes/${name}`)).body as { Labels: object }).Labels;
const anonymous = { 'com.docker.volume.anonymous': '' };

/** Each test starts with nothing there. */
beforeEach(async () => {
  for (const id of words(await docker.ok('ps', '-aq'))) await docker.ok('rm', '-f', id);
  for (const name of await volumes()) await docker.ok('volume', 'rm', name);
});

describe('6 anonymous volumes', () => {
  it.each<[string, object]>([
    ['-v /path', { Volumes: { '/data': {} } }],
    ['a bind of one field', { HostConfig: { Binds: ['/data'] } }],
    ['a mount without a source', { HostConfig: { Mounts: [{ Type: 'volume', Target: '/data' }] } }],
    ['the VOLUME of an image', { Image: 'nginx' }],
  ])('6.1 made by %s, with a name of 64 hex digits and the label', async (_, request) => {
    const { body } = await call('POST /containers/create', { Image: 'alpine', ...request });
    const name = await volumeOf((body as { Id: string }).Id);
    expect(name).toMatch(/^[0-9a-f]{64}$/);
    expect(await labelsOf(name)).toEqual(anonymous);
  });

  it('6.2 the mount decides, not the label: one mounted by its name is kept by rm -v', async () => {
    const name = await docker.ok('volume', 'create');
    await docker.ok('create', '--name', 'by_name', '-v', `${name}:/data`, 'alpine');
    await docker.ok('rm', '-v', 'by_name');
    expect(await volumes()).toEqual([name]);
  });

  it('6.2 inherited by --volumes-from it stays anonymous', async () => {
    await docker.ok('create', '--name', 'origin', '-v', '/data', 'alpine');
    await docker.ok('create', '--name', 'heir', '--volumes-from', 'origin', 'alpine');
    await docker.ok('rm', '-v', 'origin');
    expect(await volumes()).toHaveLength(1);
    await docker.ok('rm', '-v', 'heir');
    expect(await volumes()).toEqual([]);
  });

  it.each([docker, holdfast])('6.3 --rm takes them along, by $name', async (cli) => {
    await cli.ok('run', '--rm', '-v', '/data', '-v', 'named_one:/named', 'alpine', 'true');
    expect(await volumes()).toEqual(['named_one']);
  });

  it('6.3 --rm takes them along where the start fails', async () => {
    const failed = await docker.run(['run', '--rm', '-v', '/data', 'alpine', '/nosuch/program']);
    expect(failed.exitCode).toBe(127);
    expect(await docker.ok('ps', '-aq')).toBe('');
    expect(await volumes()).toEqual([]);
  });

  it('6.3 who waits for the removal finds them gone', async () => {
    await docker.ok('create', '--rm', '--name', 'waited', '-v', '/data', 'alpine', 'true');
    const removed = call('POST /containers/waited/wait?condition=removed');
    await docker.ok('start', 'waited');
    expect(await removed).toMatchObject({ status: 200, body: { StatusCode: 0 } });
    expect(await volumes()).toEqual([]);
  });

  it('6.4 rm without -v keeps them, dangling', async () => {
    await docker.ok('create', '--name', 'keeper', '-v', '/data', 'alpine');
    const name = await volumeOf('keeper');
    await docker.ok('rm', 'keeper');
    expect(await docker.ok('volume', 'ls', '-q', '--filter', 'dangling=true')).toBe(name);
  });

  it('6.4 rm -v leaves one that another container has, without a word; the last one takes it', async () => {
    await docker.ok('create', '--name', 'first', '-v', '/data', 'alpine');
    await docker.ok('create', '--name', 'second', '--volumes-from', 'first', 'alpine');
    expect(await docker.run(['rm', '-v', 'second'])).toMatchObject({ exitCode: 0, stderr: '' });
    expect(await volumes()).toHaveLength(1);
    await docker.ok('rm', '-v', 'first');
    expect(await volumes()).toEqual([]);
  });

  it('6.5 container prune removes no volumes', async () => {
    await docker.ok('create', '-v', '/data', '-v', 'named_one:/named', 'alpine');
    await docker.ok('container', 'prune', '--force');
    expect(await volumes()).toHaveLength(2);
  });

  it.each([
    ['1.42', {}, ['held', 'named']],
    ['1.41', {}, ['held']],
    ['1.42', { all: ['true'] }, ['held']],
    ['1.42', { all: ['T'] }, ['held']],
    ['1.42', { all: ['0'] }, ['held', 'named']],
  ])('6.5 what a volume prune takes, by API version and "all": %s, %j, %j', async (version, wanted, left) => {
    await docker.ok('volume', 'create');
    await docker.ok('volume', 'create', 'named');
    await docker.ok('create', '-v', 'held:/data', 'alpine');
    expect((await call(`POST /v${version}/volumes/prune?${filters(wanted)}`)).status).toBe(200);
    expect(await volumes()).toEqual(left);
  });

  it.each([[['maybe']], [['true', 'false']]])('6.5 volume prune refuses all=%j', async (values) => {
    await docker.ok('volume', 'create', 'named');
    const answer = await call(`POST /volumes/prune?${filters({ all: values })}`);
    expect(refusal(answer)).toMatch(/^400 invalid filter 'all=\[/);
    expect(await volumes()).toEqual(['named']);
  });

  it.each([docker, holdfast])('6.6 named volumes stay, whatever removes the container, by $name', async (cli) => {
    await cli.ok('run', '--rm', '-v', 'named_one:/data', 'alpine', 'true');
    await cli.ok('run', '-d', '--name', 'named', '-v', 'named_one:/data', 'alpine', 'sleep', '600');
    await cli.ok('rm', '-f', '-v', 'named');
    expect(await volumes()).toEqual(['named_one']);
  });

  it('6.7 a volume that cannot go does not keep its container', async () => {
    const outside = `${daemon.folder}/outside`;
    await docker.ok('create', '--name', 'stuck', '-v', '/data', 'alpine');
    const name = await volumeOf('stuck');
    const folder = `${daemon.dataRoot}/volumes/${name}`;
    renameSync(`${folder}/_data`, outside);
    symlinkSync(outside, `${folder}/_data`);
    await docker.ok('rm', '-v', 'stuck');
    expect(await docker.ok('ps', '-aq')).toBe('');
    expect(await volumes()).toContain(name);
    expect(daemon.log()).toContain('could not remove an anonymous volume');
    renameSync(outside, `${folder}/_moved`);
    rmSync(`${folder}/_data`);
    renameSync(`${folder}/_moved`, `${folder}/_data`);
  });
});
