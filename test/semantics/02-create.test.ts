import { mkdirSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { refusal, semantics } from '../support/semantics.ts';

const { daemon, call, docker, holdfast } = semantics();

const create = (body: object) => call('POST /volumes/create', body);
const place = (name: string) => join(daemon.dataRoot, 'volumes', name);
const modeOf = (path: string) => (statSync(path).mode & 0o7777).toString(8);
const sent = (body: string, type = 'application/json') =>
  call('POST /volumes/create', undefined, { text: body, headers: { 'content-type': type } });
const eventsOf = async (volume: string, since: string) => {
  const range = ['--since', since, '--until', (Date.now() / 1000).toFixed(3)];
  return docker.ok('events', ...range, '--filter', `volume=${volume}`, '--format', '{{.Action}}');
};

describe('2 creating volumes', () => {
  it('2.1 a volume that is there is answered as it is, whatever is asked, and raises no event', async () => {
    const first = await create({ Name: 'again', Labels: { tier: 'gold' }, DriverOpts: { size: '0' } });
    await sleep(5);
    const since = (Date.now() / 1000).toFixed(3);
    for (const more of [{}, { Driver: 'local' }, { Labels: { tier: 'lead' } }, { DriverOpts: { bogus: '1' } }]) {
      expect(await create({ Name: 'again', ...more })).toMatchObject({ status: 201, body: first.body });
    }
    expect(await eventsOf('again', since)).toBe('');
  });

  it('2.6 an unknown driver is not found, also for a name that is there', async () => {
    const driver = 'this-plugin-does-not-exist';
    for (const Name of ['new_name', 'again']) {
      expect(refusal(await create({ Name, Driver: driver }))).toBe(
        `404 create ${Name}: error looking up volume plugin ${driver}: plugin "${driver}" not found`,
      );
    }
    expect((await call('GET /volumes/new_name')).status).toBe(404);
  });

  it('2.7 creates of one name at once give one volume', async () => {
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, index) => create({ Name: 'raced', Labels: { number: String(index) } })),
    );
    const labels = new Set(answers.map(({ body }) => JSON.stringify((body as { Labels: object }).Labels)));
    expect(answers.map(({ status }) => status)).toEqual(Array(20).fill(201));
    expect(labels.size).toBe(1);
  });

  it('2.8 a body has to be declared as JSON; parameters of the type are fine', async () => {
    expect((await sent('{"Name":"typed"}', 'application/json; charset=utf-8')).status).toBe(201);
    expect(refusal(await sent('{"Name":"untyped"}', 'text/plain'))).toBe(
      "400 unsupported Content-Type header (text/plain): must be 'application/json'",
    );
  });

  it('2.8 what is no JSON, or more than one value of it, is refused', async () => {
    expect(refusal(await sent('{"Name":'))).toMatch(/^400 invalid JSON: /);
    expect(refusal(await sent('{"Name":"first"}{"Name":"second"}'))).toBe('400 unexpected content after JSON');
    expect(refusal(await sent('{"Name":["first"]}'))).toMatch(/^400 invalid JSON: /);
    expect((await call('GET /volumes/first')).status).toBe(404);
  });

  it('2.8 no body at all makes an anonymous volume', async () => {
    const { status, body } = await call('POST /volumes/create');
    expect(status).toBe(201);
    expect(body).toMatchObject({ Name: expect.stringMatching(/^[0-9a-f]{64}$/), Driver: 'local' });
  });

  it('2.8 unknown fields are ignored, and keys match in any case', async () => {
    const { body } = await create({ name: 'any_case', LABELS: { Kept: 'As Is' }, Unheard: { of: 1 } });
    expect(body).toMatchObject({ Name: 'any_case', Labels: { Kept: 'As Is' } });
  });

  it('2.9 the answer has these fields and no others; what was never given is null, and {} stays {}', async () => {
    const plain = await create({ Name: 'plain' });
    const fields = ['CreatedAt', 'Driver', 'Labels', 'Mountpoint', 'Name', 'Options', 'Scope'];
    expect(Object.keys(plain.body as object).sort()).toEqual(fields);
    expect(plain.body).toMatchObject({ Name: 'plain', Driver: 'local', Labels: null, Options: null, Scope: 'local' });
    expect(await create({ Name: 'empty', Labels: {}, DriverOpts: {} })).toMatchObject({
      body: { Labels: {}, Options: {} },
    });
    expect((plain.body as { CreatedAt: string }).CreatedAt).toMatch(
      /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(Z|[+-]\d\d:\d\d)$/,
    );
  });

  it('2.10 the mountpoint lies beneath DockerRootDir', async () => {
    const { body } = await call('GET /volumes/plain');
    const root = await docker.ok('info', '--format', '{{.DockerRootDir}}');
    expect(body).toMatchObject({ Mountpoint: `${root}/volumes/plain/_data` });
  });

  it('2.11 writing into a volume does not move its CreatedAt', async () => {
    const before = (await call('GET /volumes/plain')).body;
    writeFileSync(join(place('plain'), '_data', 'file'), 'x');
    utimesSync(join(place('plain'), '_data'), 1_000_000_000, 1_000_000_000);
    await daemon.stop();
    await daemon.start();
    expect((await call('GET /volumes/plain')).body).toEqual(before);
  });

  it('2.12 others may pass through the folders of volumes and not list them; data is 0755 of root', async () => {
    expect(modeOf(place(''))).toBe('701');
    expect(modeOf(place('plain'))).toBe('701');
    expect(modeOf(join(place('plain'), '_data'))).toBe('755');
    expect(statSync(join(place('plain'), '_data'))).toMatchObject({ uid: 0, gid: 0 });
    expect(modeOf(join(place('plain'), 'volume.json'))).toBe('600');
  });

  it('2.12 a folder with _data or opts.json is a volume at start-up, and no other', async () => {
    mkdirSync(join(place('with_data'), '_data'), { recursive: true });
    mkdirSync(place('with_options'));
    writeFileSync(join(place('with_options'), 'opts.json'), '{"MountType":"tmpfs","MountDevice":"tmpfs"}');
    mkdirSync(place('with_nothing'));
    await daemon.stop();
    await daemon.start();
    const names = (await docker.ok('volume', 'ls', '-q', '--filter', 'name=with_')).split('\n');
    expect(names).toEqual(['with_data', 'with_options']);
  });

  it.each([docker, holdfast])('2.13 a volume that -v makes has no labels and is local, by $name', async (cli) => {
    const name = `implicit_${cli.name}`;
    await cli.ok('run', '--rm', '-v', `${name}:/data`, 'alpine', 'true');
    expect((await call(`GET /volumes/${name}`)).body).toMatchObject({ Driver: 'local', Labels: null, Options: null });
  });

  it('2.14 a create that fails leaves its named volumes and takes its anonymous ones along', async () => {
    const before = await docker.ok('volume', 'ls', '-q');
    const HostConfig = { Binds: ['stays:/named', '/anonymous', 'third:/etc/passwd:nosuchdriver'] };
    expect((await call('POST /containers/create', { Image: 'alpine', HostConfig })).status).toBe(500);
    expect(await docker.ok('volume', 'ls', '-q')).toBe(before);

    // This one fails later, when its volumes have been made: the anonymous volume is put over a file.
    const Volumes = { '/anonymous': {}, '/etc/passwd': {} };
    const late = await call('POST /containers/create', {
      Image: 'alpine',
      Volumes,
      HostConfig: { Binds: ['stays:/named'] },
    });
    expect(refusal(late)).toBe('500 cannot mount volume over existing file, file exists /etc/passwd');
    const after = (await docker.ok('volume', 'ls', '-q')).split('\n');
    expect(after.filter((name) => !before.split('\n').includes(name))).toEqual(['stays']);
    expect(await docker.ok('ps', '-aq')).toBe('');
  });
});
