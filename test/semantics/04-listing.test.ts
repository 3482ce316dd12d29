import { describe, expect, it } from 'vitest';
import { refusal, semantics } from '../support/semantics.ts';

const { call, docker, holdfast } = semantics([]);

describe('4 listing and inspecting volumes', () => {
  it('4.2 without volumes the list is [] and the warnings are null', async () => {
    expect(await call('GET /volumes')).toMatchObject({ status: 200, body: { Volumes: [], Warnings: null } });
  });

  it.each([docker, holdfast])('4.2 names are listed in natural order, by $name', async (cli) => {
    for (const name of ['disk10', 'disk9', 'Disk1']) await docker.ok('volume', 'create', name);
    expect(await cli.ok('volume', 'ls', '-q')).toBe('Disk1\ndisk9\ndisk10');
  });

  it('4.3 inspect answers what the list does, without a Status for local volumes', async () => {
    await docker.ok('volume', 'create', '--label', 'a=b', '-o', 'size=0', 'shown');
    const { body } = await call('GET /volumes/shown');
    const { Volumes } = (await call('GET /volumes')).body as { Volumes: Array<{ Name: string }> };
    expect(Volumes.find(({ Name }) => Name === 'shown')).toEqual(body);
    expect(body).toMatchObject({ Labels: { a: 'b' }, Options: { size: '0' } });
    expect(body).not.toHaveProperty('Status');
    expect(body).not.toHaveProperty('UsageData');
  });

  it('4.3 a volume that is not there is not found', async () => {
    expect(refusal(await call('GET /volumes/nosuch'))).toBe('404 get nosuch: no such volume');
  });
});
