import { describe, expect, test } from 'vitest';
import { TestDaemon } from '../../support/daemon.ts';
import { withDaemon } from '../../support/engine.ts';

describe('the API', () => {
  const daemon = new TestDaemon();
  withDaemon(daemon, []);

  test.each(['GET', 'HEAD'])('%s /_ping', async (method) => {
    const answer = await daemon.request('/_ping', { method });
    expect(answer.status).toBe(200);
    expect(answer.headers).toMatchObject({ 'api-version': '1.50', ostype: 'linux' });
    expect(answer.headers['content-type']).toContain('text/plain');
    expect(answer.body).toBe(method === 'GET' ? 'OK' : '');
  });

  test.each(['/v1.24', '/v1.41', '/v1.50', ''])('version prefix "%s"', async (prefix) => {
    expect((await daemon.request(`${prefix}/volumes`)).status).toBe(200);
  });

  test.each([
    ['/v1.23/volumes', 400, 'client version 1.23 is too old. Minimum supported API version is 1.24'],
    ['/v1.99/volumes', 400, 'client version 1.99 is too new. Maximum supported API version is 1.50'],
    ['/nosuch/route', 404, 'page not found'],
    ['/v1.44/nosuch', 404, 'page not found'],
    ['/volumes/nosuch', 404, 'get nosuch: no such volume'],
    ['/containers/nosuch/json', 404, 'No such container: nosuch'],
    ['/images/nosuch/json', 404, 'No such image: nosuch'],
    ['/volumes?filters={', 400, 'invalid filter'],
    ['/volumes?filters={"size":["1"]}', 400, "invalid filter 'size'"],
    ['/nodes', 503, 'This node is not a swarm manager'],
  ])('GET %s: %i', async (path, status, message) => {
    const answer = await daemon.request(encodeURI(path));
    expect(answer.status).toBe(status);
    expect(answer.headers['content-type']).toContain('application/json');
    expect((answer.body as { message: string }).message).toContain(message);
  });

  test.each([
    [{ Name: 'x' }, 400, 'volume name is too short'],
    [{ Name: 'ok', DriverOpts: { bogus: '1' } }, 400, 'create ok: invalid option: "bogus"'],
    [{ Name: 'ok', Driver: 'nosuch' }, 404, 'plugin "nosuch" not found'],
  ])('POST /volumes/create %j: %i', async (body, status, message) => {
    const answer = await daemon.request('/volumes/create', { method: 'POST', body });
    expect(answer.status).toBe(status);
    expect((answer.body as { message: string }).message).toContain(message);
  });

  test('a body has to be JSON, and say so', async () => {
    const answer = await daemon.request('/volumes/create', {
      method: 'POST',
      body: {},
      headers: { 'content-type': 'text/plain' },
    });
    expect(answer.status).toBe(400);
    expect((answer.body as { message: string }).message).toContain("must be 'application/json'");
  });

  test('keys are matched as Go matches them', async () => {
    const answer = await daemon.request('/volumes/create', {
      method: 'POST',
      body: { name: 'lower_case', LABELS: { a: 'b' } },
    });
    expect(answer).toMatchObject({ status: 201, body: { Name: 'lower_case', Labels: { a: 'b' } } });
  });

  test('labels and options are null where never given', async () => {
    const plain = await daemon.request('/volumes/create', { method: 'POST', body: { Name: 'plain' } });
    expect(plain.body).toMatchObject({ Labels: null, Options: null });
    const empty = await daemon.request('/volumes/create', {
      method: 'POST',
      body: { Name: 'empty', Labels: {}, DriverOpts: {} },
    });
    expect(empty.body).toMatchObject({ Labels: {}, Options: {} });
  });

  test('old clients prune named volumes too, newer ones only anonymous', async () => {
    await daemon.request('/volumes/create', { method: 'POST', body: { Name: 'named' } });
    const newer = await daemon.request('/v1.42/volumes/prune', { method: 'POST' });
    expect(newer.body).toEqual({ VolumesDeleted: [], SpaceReclaimed: 0 });
    const older = await daemon.request('/v1.41/volumes/prune', { method: 'POST' });
    expect((older.body as { VolumesDeleted: string[] }).VolumesDeleted).toContain('named');
  });
});
