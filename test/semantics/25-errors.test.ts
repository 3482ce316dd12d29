import { beforeAll, describe, expect, it } from 'vitest';
import { filters, semantics } from '../support/semantics.ts';

const { call, docker } = semantics();

beforeAll(async () => {
  await docker.ok('create', '--name', 'holder', '-v', 'held:/data', 'alpine', 'sleep', '600');
});

const container = (request: object) => ({ Image: 'alpine', ...request });
const twice = [
  { Type: 'volume', Source: 'held', Target: '/data' },
  { Type: 'volume', Source: 'held', Target: '/data' },
];

describe('25 errors', () => {
  it.each<[number, string, unknown]>([
    [200, 'GET /volumes', undefined],
    [400, `GET /volumes?${filters({ bogus: ['1'] })}`, undefined],
    [201, 'POST /volumes/create', { Name: 'fine' }],
    [400, 'POST /volumes/create', { Name: 'not fine' }],
    [404, 'POST /volumes/create', { Name: 'driven', Driver: 'this-plugin-does-not-exist' }],
    [200, 'GET /volumes/fine', undefined],
    [404, 'GET /volumes/nosuch', undefined],
    [409, 'DELETE /volumes/held', undefined],
    [404, 'DELETE /volumes/nosuch', undefined],
    [204, 'DELETE /volumes/fine', undefined],
    [200, 'POST /volumes/prune', undefined],
    [400, `POST /volumes/prune?${filters({ bogus: ['1'] })}`, undefined],
    [400, 'PUT /volumes/held?version=x', {}],
    [503, 'PUT /volumes/held?version=1', {}],
    [201, 'POST /containers/create?name=made', container({})],
    [409, 'POST /containers/create?name=made', container({})],
    [400, 'POST /containers/create', container({ HostConfig: { Mounts: twice } })],
    [400, 'POST /containers/create', container({ HostConfig: { Mounts: [{ Type: 'bogus', Target: '/data' }] } })],
    [400, 'POST /containers/create', container({ HostConfig: { Binds: ['held:/data', 'held:/data/'] } })],
    [400, 'POST /containers/create', container({ HostConfig: { VolumesFrom: ['nosuch'] } })],
    [404, 'POST /containers/create', { Image: 'nosuch' }],
    [
      404,
      'POST /containers/create',
      container({ HostConfig: { Binds: ['driven:/d'], VolumeDriver: 'nosuch_driver' } }),
    ],
    [500, 'POST /containers/create', container({ HostConfig: { Binds: ['held:/data:bogus'] } })],
    [204, 'POST /containers/holder/start', undefined],
    [304, 'POST /containers/holder/start', undefined],
    [404, 'POST /containers/nosuch/start', undefined],
  ])('25 the status of each route: %i %s %j', async (status, line, body) => {
    expect((await call(line, body)).status).toBe(status);
  });

  it.each([
    'GET /volumes/nosuch',
    'GET /nosuch/route',
    'GET /containers/nosuch/json',
    'GET /v1.99/volumes',
    'POST /volumes/create?',
    'PUT /volumes/held',
  ])('25 the body of an error is one message in JSON, and a newline: %s', async (line) => {
    const { headers, body } = await call(line, line.startsWith('GET') ? undefined : { Name: '-' });
    expect(headers['content-type']).toBe('application/json');
    expect(Object.keys(body as object)).toEqual(['message']);
    expect(Number(headers['content-length'])).toBe(Buffer.byteLength(JSON.stringify(body)) + 1);
  });

  it('25 a driver that is not found makes the stock client pull the image', async () => {
    const run = await docker.run(['create', '--volume-driver', 'nosuch_driver', '-v', 'driven:/d', 'alpine']);
    expect(run.stderr).toContain("Unable to find image 'alpine:latest' locally");
    expect(run.exitCode).not.toBe(0);
  });
});
