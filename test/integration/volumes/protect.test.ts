import { describe, expect, it } from 'vitest';
import { semantics } from '../../support/semantics.ts';

const { call, docker, holdfast } = semantics();

describe('a protected volume', () => {
  it('stays, whoever removes it and however', async () => {
    await holdfast.ok('volume', 'create', 'kept');
    await docker.ok('run', '--rm', '-v', 'kept:/data', 'alpine', 'sh', '-c', 'echo rows > /data/table');
    expect(await holdfast.ok('volume', 'protect', 'kept')).toBe('kept');
    for (const client of [docker, holdfast])
      for (const words of [['rm'], ['rm', '-f']]) {
        const { exitCode, stderr } = await client.run(['volume', ...words, 'kept']);
        expect(stderr).toContain('run "holdfast volume unprotect kept" first');
        expect(exitCode).toBe(1);
      }
    await docker.ok('volume', 'prune', '--all', '--force');
    expect((await call('DELETE /volumes/kept?force=1')).status).toBe(409);
    expect(await docker.ok('run', '--rm', '-v', 'kept:/data', 'alpine', 'cat', '/data/table')).toBe('rows');
    await holdfast.ok('volume', 'unprotect', 'kept');
    await docker.ok('volume', 'rm', 'kept');
  });

  it('may be anonymous: its container goes without it', async () => {
    await docker.ok('create', '--name', 'user', '-v', '/data', 'alpine');
    const [name = ''] = (await docker.ok('volume', 'ls', '--quiet', '--filter', 'dangling=false')).split('\n');
    await holdfast.ok('volume', 'update', '--label', 'holdfast.protect=true', name);
    await docker.ok('rm', '--volumes', 'user');
    expect(await docker.ok('volume', 'ls', '--quiet')).toBe(name);
    await holdfast.ok('volume', 'unprotect', name);
    await docker.ok('volume', 'rm', name);
  });

  it('is one from the start by its label, and labels change while it is used', async () => {
    await docker.ok('volume', 'create', '--label', 'holdfast.protect=true', '--label', 'old', 'labelled');
    await docker.ok('create', '--name', 'holder', '-v', 'labelled:/data', 'alpine');
    await holdfast.ok('volume', 'update', '--label', 'tier=gold', '--label-rm', 'old', 'labelled');
    const labels = await docker.ok('volume', 'inspect', '--format', '{{json .Labels}}', 'labelled');
    expect(JSON.parse(labels)).toEqual({ 'holdfast.protect': 'true', tier: 'gold' });
    await docker.ok('rm', 'holder');
    expect((await docker.run(['volume', 'rm', 'labelled'])).exitCode).toBe(1);
    const patched = await call('PATCH /holdfast/v1/volumes/labelled', { removeLabels: ['holdfast.protect'] });
    expect(patched).toMatchObject({ status: 200, body: { name: 'labelled', labels: { tier: 'gold' } } });
    await docker.ok('volume', 'rm', 'labelled');
    expect((await holdfast.run(['volume', 'protect', 'labelled'])).stderr).toContain('no such volume');
  });
});
