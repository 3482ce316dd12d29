import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { planContainer } from '../support/containers.ts';
import { semantics } from '../support/semantics.ts';

const { call, daemon, docker, holdfast } = semantics();

const folder = join(daemon.folder, 'bound');
const shell = (command: string) => ['alpine', 'sh', '-c', command];

beforeAll(async () => {
  mkdirSync(folder);
  const mounts = ['-v', 'source_rw:/rw', '-v', 'source_ro:/ro:ro', '-v', '/anonymous', '-v', `${folder}:/bound:z`];
  const tmpfs = ['--tmpfs', '/memory', '--mount', 'type=tmpfs,dst=/scratch'];
  await docker.ok('create', '--name', 'source', ...mounts, ...tmpfs, 'alpine');
});

const inherited = (...VolumesFrom: string[]) => planContainer(daemon, { VolumesFrom });

describe('15 volumes-from', () => {
  it.each([
    ['nosuch', 'No such container: nosuch'],
    ['nosuch:ro', 'No such container: nosuch'],
    ['', 'volumes-from specification cannot be an empty string'],
    ['source:nonsense', 'invalid mode: nonsense'],
    ['source:ro,rw', 'invalid mode: ro,rw'],
    ['source:rslave', 'invalid mode: rslave'],
    ['source:nocopy', 'invalid mode: nocopy'],
    ['source:ro:z', 'invalid mode: ro:z'],
    ['nosuch:nonsense', 'invalid mode: nonsense'],
  ])('15.1 %j is 400', async (reference, reason) => {
    const { status, message } = await inherited(reference);
    expect(`${status} ${message}`).toBe(`400 ${reason}`);
  });

  it('15.1 the other words of a mode are taken', async () => {
    for (const mode of ['', 'ro', 'rw', 'z', 'Z,ro', 'cached'])
      expect((await inherited(`source:${mode}`)).status).toBe(201);
  });

  it('15.1 by name, by id, and by a part of the id', async () => {
    const id = await docker.ok('inspect', '-f', '{{.Id}}', 'source');
    for (const reference of ['source', id, id.slice(0, 12)]) {
      expect((await inherited(reference)).mounts).toHaveLength(4);
    }
  });

  it('15.2 is writable only where both say so', async () => {
    const writable = async (reference: string) => {
      const { mounts } = await inherited(reference);
      return Object.fromEntries(mounts.map(({ Destination, RW }) => [Destination, RW]));
    };
    expect(await writable('source')).toEqual({ '/rw': true, '/ro': false, '/anonymous': true, '/bound': true });
    expect(await writable('source:rw')).toMatchObject({ '/rw': true, '/ro': false });
    expect(await writable('source:ro')).toEqual({ '/rw': false, '/ro': false, '/anonymous': false, '/bound': false });
  });

  it.each([docker, holdfast])('15.2 and is so in the container, by $name', async (cli) => {
    const look = shell('for d in rw ro bound; do touch /$d/x 2>/dev/null && echo $d; done; true');
    expect(await cli.ok('run', '--rm', '--volumes-from', 'source', ...look)).toBe('rw\nbound');
    expect(await cli.ok('run', '--rm', '--volumes-from', 'source:ro', ...look)).toBe('');
  });

  it('15.2 type, name, source, driver and propagation are copied, the mode is not', async () => {
    const [, bound] = (await inherited('source')).mounts;
    expect(bound).toEqual({
      Type: 'bind',
      Source: folder,
      Destination: '/bound',
      Mode: '',
      RW: true,
      Propagation: 'rprivate',
    });
    const origin = JSON.parse(await docker.ok('inspect', '-f', '{{json .Mounts}}', 'source')) as Array<{
      Destination: string;
    }>;
    const volumes = (await inherited('source')).mounts.filter(({ Type }) => Type === 'volume');
    for (const mount of volumes) {
      const its = origin.find(({ Destination }) => Destination === mount.Destination);
      expect({ ...mount, Mode: '' }).toEqual({ ...its, Mode: '' });
      expect(mount.Mode).toBe('');
    }
    await docker.ok('create', '--name', 'propagating', '-v', `${folder}:/bound:rslave`, 'alpine');
    expect((await inherited('propagating')).mounts).toMatchObject([{ Propagation: 'rslave', Mode: '' }]);
  });

  it('15.3 copies volumes and binds, no tmpfs of either kind', async () => {
    const { status, mounts, hostConfig } = await inherited('source');
    expect(status).toBe(201);
    expect(mounts.map(({ Destination }) => Destination)).toEqual(['/anonymous', '/bound', '/ro', '/rw']);
    expect(hostConfig.VolumesFrom).toEqual(['source']);
  });

  it('15.3 goes along a chain, from running and from stopped containers', async () => {
    await docker.ok('run', '--name', 'link1', '--volumes-from', 'source', ...shell('echo chained > /rw/chain'));
    await docker.ok('run', '-d', '--name', 'link2', '--volumes-from', 'link1:ro', 'alpine', 'sleep', '600');
    const look = shell('cat /rw/chain; touch /rw/x 2>&1 | grep -o Read-only');
    expect(await docker.ok('run', '--rm', '--volumes-from', 'link2', ...look)).toBe('chained\nRead-only');
    await docker.ok('rm', '-f', 'link1', 'link2');
  });

  it('15.3 an anonymous volume is shared, and stays anonymous', async () => {
    await docker.ok('create', '--name', 'anonymous1', '-v', '/data', 'alpine');
    await docker.ok('run', '--name', 'anonymous2', '--volumes-from', 'anonymous1', ...shell('touch /data/file'));
    const name = await docker.ok('inspect', '-f', '{{(index .Mounts 0).Name}}', 'anonymous1');
    await docker.ok('rm', '-v', 'anonymous1');
    expect((await call(`GET /volumes/${name}`)).status).toBe(200);
    await docker.ok('rm', '-v', 'anonymous2');
    expect((await call(`GET /volumes/${name}`)).status).toBe(404);
  });

  it('15.3 nothing is copied into an inherited volume', async () => {
    await docker.ok('create', '--name', 'fresh', '-v', 'fresh_data:/elsewhere', 'alpine');
    expect(await docker.ok('run', '--rm', '--volumes-from', 'fresh', ...shell('ls -A /elsewhere'))).toBe('');
  });

  it('15.4 the mounts are those of the time of create, and the source may go', async () => {
    await docker.ok('create', '--name', 'going', '-v', 'going_data:/data', '-v', '/anonymous', 'alpine');
    await docker.ok(
      'create',
      '--name',
      'staying',
      '--volumes-from',
      'going',
      ...shell('touch /data/x /anonymous/x && ls /data'),
    );
    await docker.ok('rm', '-v', 'going');
    // The hold is taken at create: Docker takes it at start, and lets the volume be removed under the container (7.4).
    const removal = await call('DELETE /volumes/going_data');
    expect(removal.status).toBe(409);
    expect(await docker.ok('start', '-a', 'staying')).toBe('x');
    await docker.ok('create', '--name', 'going', '-v', 'other:/other', 'alpine');
    expect(await docker.ok('inspect', '-f', '{{len .Mounts}}', 'staying')).toBe('2');
    await docker.ok('rm', '-v', 'staying', 'going');
    expect((await call('DELETE /volumes/going_data')).status).toBe(204);
  });
});
