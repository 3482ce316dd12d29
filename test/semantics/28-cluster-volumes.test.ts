import { describe, expect, it } from 'vitest';
import { refusal, semantics } from '../support/semantics.ts';

const { call, docker } = semantics([]);

const spec = { AccessMode: { Scope: 'single', Sharing: 'none' }, Availability: 'active' };
const notManager = /^503 This node is not a swarm manager/;

describe('28 cluster volumes', () => {
  it('28.1 one cannot be created without a swarm, and nothing is', async () => {
    expect(refusal(await call('POST /volumes/create', { Name: 'cluster', ClusterVolumeSpec: spec }))).toMatch(
      notManager,
    );
    const cli = await docker.run(['volume', 'create', '--type', 'block', '--scope', 'single', 'cluster']);
    expect(cli.stderr).toContain('This node is not a swarm manager');
    expect((await call('GET /volumes/cluster')).status).toBe(404);
  });

  it('28.1 before API 1.42 there are none, and the field is not known', async () => {
    expect(await call('POST /v1.41/volumes/create', { Name: 'local', ClusterVolumeSpec: spec })).toMatchObject({
      status: 201,
      body: { Name: 'local', Driver: 'local' },
    });
  });

  it('28.2 a local volume has no ClusterVolume', async () => {
    expect((await call('GET /volumes/local')).body).not.toHaveProperty('ClusterVolume');
  });

  it('28.3 nothing can be updated', async () => {
    const put = (query: string) => call(`PUT /volumes/local${query}`, { Spec: spec });
    expect(refusal(await put('?version=7'))).toBe(
      '503 volume update only valid for cluster volumes, but swarm is unavailable',
    );
    expect(refusal(await put('?version=seven'))).toMatch(/^400 invalid swarm object version 'seven'/);
    const cli = await docker.run(['volume', 'update', '--availability', 'drain', 'local']);
    expect(cli.exitCode).toBe(1);
  });

  it('28.3 a volume that is not there is not looked for in a swarm', async () => {
    expect(refusal(await call('DELETE /volumes/nosuch'))).toBe('404 get nosuch: no such volume');
    expect((await call('DELETE /volumes/nosuch?force=1')).status).toBe(204);
  });

  it.each(['/swarm', '/nodes', '/services', '/tasks', '/secrets', '/configs'])(
    '28 the nouns of a swarm say that there is none: %s',
    async (path) => {
      expect(refusal(await call(`GET ${path}`))).toMatch(notManager);
    },
  );
});
