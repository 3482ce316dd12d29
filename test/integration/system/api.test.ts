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
    ['/v1.99/volumes', 400, 'client version 1.99 is too new. Maximum supported API version is 1.50'],
    ['/nosuch/route', 404, 'page not found'],
    ['/v1.44/nosuch', 404, 'page not found'],
    ['/containers/nosuch/json', 404, 'No such container: nosuch'],
    ['/images/nosuch/json', 404, 'No such image: nosuch'],
  ])('GET %s: %i', async (path, status, message) => {
    const answer = await daemon.request(encodeURI(path));
    expect(answer.status).toBe(status);
    expect(answer.headers['content-type']).toContain('application/json');
    expect((answer.body as { message: string }).message).toContain(message);
  });
});
