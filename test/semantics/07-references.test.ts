import { describe, expect, it } from 'vitest';
import { refusal, semantics } from '../support/semantics.ts';

const { call, daemon, docker } = semantics();

const create = async (...args: string[]) => docker.ok('create', ...args);
const refCount = async (name: string) => {
  const { Volumes } = (await call('GET /system/df?type=volume')).body as {
    Volumes: Array<{ Name: string; UsageData: { RefCount: number } }>;
  };
  return Volumes.find((volume) => volume.Name === name)?.UsageData.RefCount;
};

describe('7 references to volumes', () => {
  it('7.1 taken by create, kept by a stop, dropped by rm', async () => {
    await create('--name', 'holder', '-v', 'held:/data', 'alpine', 'true');
    expect(await refCount('held')).toBe(1);
    await docker.ok('start', '--attach', 'holder');
    expect((await call('DELETE /volumes/held')).status).toBe(409);
    await docker.ok('rm', 'holder');
    expect(await refCount('held')).toBe(0);
    expect((await call('DELETE /volumes/held')).status).toBe(204);
  });

  it('7.1 two mounts of one volume are one reference', async () => {
    await create('--name', 'twice', '-v', 'doubled:/one', '-v', 'doubled:/two', 'alpine');
    expect(await refCount('doubled')).toBe(1);
    await docker.ok('rm', 'twice');
    expect((await call('DELETE /volumes/doubled')).status).toBe(204);
  });

  it('7.2 a volume in use is not removed, with force neither, and its containers are named', async () => {
    const ids = [await create('-v', 'in_use:/data', 'alpine'), await create('-v', 'in_use:/data', 'alpine')];
    for (const query of ['', '?force=1']) {
      expect(refusal(await call(`DELETE /volumes/in_use${query}`))).toBe(
        `409 remove in_use: volume is in use - [${ids.join(', ')}]`,
      );
    }
    await docker.ok('rm', ...ids);
  });

  it('7.3 one that is not there is not found, but with force', async () => {
    expect(refusal(await call('DELETE /volumes/nosuch'))).toBe('404 get nosuch: no such volume');
    expect((await call('DELETE /volumes/nosuch?force=1')).status).toBe(204);
    expect((await call('DELETE /volumes/in_use')).status).toBe(204);
  });

  it('7.4 rebuilt by a new daemon', async () => {
    const id = await create('--name', 'outliving', '-v', 'outlived:/data', 'alpine');
    await daemon.kill();
    await daemon.start();
    expect(refusal(await call('DELETE /volumes/outlived'))).toBe(`409 remove outlived: volume is in use - [${id}]`);
    await docker.ok('rm', 'outliving');
    expect((await call('DELETE /volumes/outlived')).status).toBe(204);
  });

  it('7.4 volumes-from takes its reference at create (the reference implementation: at start)', async () => {
    await create('--name', 'origin', '-v', 'inherited:/data', 'alpine');
    const heir = await create('--name', 'heir', '--volumes-from', 'origin', 'alpine', 'true');
    await docker.ok('rm', 'origin');
    expect(refusal(await call('DELETE /volumes/inherited'))).toBe(`409 remove inherited: volume is in use - [${heir}]`);
    await docker.ok('start', '--attach', 'heir');
    await docker.ok('rm', 'heir');
    expect((await call('DELETE /volumes/inherited')).status).toBe(204);
  });

  it('7.6 RefCount is the number of containers', async () => {
    for (const name of ['one', 'two', 'three']) await create('--name', name, '-v', 'counted:/data', 'alpine');
    expect(await refCount('counted')).toBe(3);
    await docker.ok('rm', 'two');
    expect(await refCount('counted')).toBe(2);
  });
});
