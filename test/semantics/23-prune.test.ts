import { renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { filters, semantics } from '../support/semantics.ts';

const { call, daemon, docker, holdfast } = semantics();

const prune = async (wanted: Parameters<typeof filters>[0] = { all: ['true'] }) =>
  (await call(`POST /volumes/prune?${filters(wanted)}`)).body as { VolumesDeleted: string[]; SpaceReclaimed: number };
const create = (...args: string[]) => docker.ok('volume', 'create', ...args);
const data = (name: string) => join(daemon.dataRoot, 'volumes', name, '_data');

describe('23 pruning volumes', () => {
  it('23.1 where nothing goes, the list is [] and not null', async () => {
    expect(await prune()).toEqual({ VolumesDeleted: [], SpaceReclaimed: 0 });
  });

  it('23.1 the answer names what went and what it held', async () => {
    await create('full');
    await create('empty');
    writeFileSync(join(data('full'), 'file'), 'x'.repeat(1234));
    const { VolumesDeleted, SpaceReclaimed } = await prune();
    expect(VolumesDeleted.sort()).toEqual(['empty', 'full']);
    expect(SpaceReclaimed).toBe(1234);
  });

  it('23.2 volumes in use and volumes with options stay', async () => {
    await create('-o', 'type=tmpfs', '-o', 'device=tmpfs', 'memory');
    await create('-o', 'size=0', 'limited');
    await docker.ok('create', '--name', 'user', '-v', 'used:/data', 'alpine');
    await create('unused');
    expect((await prune()).VolumesDeleted).toEqual(['unused']);
    expect(await docker.ok('volume', 'ls', '-q')).toBe('limited\nmemory\nused');
  });

  it('23.2 labels choose, and "label!" spares', async () => {
    for (const name of ['gold', 'lead']) await create('--label', `tier=${name}`, name);
    expect((await prune({ all: ['1'], label: ['tier=gold'] })).VolumesDeleted).toEqual(['gold']);
    expect((await prune({ all: ['1'], 'label!': ['tier'] })).VolumesDeleted).toEqual([]);
    expect((await prune({ all: ['1'], 'label!': ['other'] })).VolumesDeleted).toEqual(['lead']);
  });

  it('23.2 one that fails to go is passed over and logged, and the others go', async () => {
    await create('stuck');
    await create('free');
    const outside = join(daemon.folder, 'outside');
    renameSync(data('stuck'), outside);
    symlinkSync(outside, data('stuck'));
    expect((await prune()).VolumesDeleted).toEqual(['free']);
    expect(daemon.log()).toContain('could not prune a volume');
    rmSync(data('stuck'));
    renameSync(outside, data('stuck'));
    expect((await prune()).VolumesDeleted).toEqual(['stuck']);
  });

  it('23.2 an event for each volume, then one for the prune', async () => {
    const since = (Date.now() / 1000).toFixed(3);
    await create('first');
    await create('second');
    await prune();
    const range = ['--since', since, '--until', ((Date.now() + 1) / 1000).toFixed(3), '--filter', 'type=volume'];
    const seen = (await docker.ok('events', ...range, '--format', '{{.Action}} {{.Actor.ID}}')).split('\n');
    const own = seen.slice(seen.indexOf('create second') + 1).filter((line) => !line.startsWith('trash '));
    expect(own.slice(0, -1).sort()).toEqual(['destroy first', 'destroy second']);
    expect(own.at(-1)).toMatch(/^prune ?$/);
  });

  it.each([docker, holdfast])('23.2 what goes is listed, by $name', async (cli) => {
    const anonymous = await cli.ok('volume', 'create');
    await create('named');
    expect(await cli.ok('volume', 'prune', '--force')).toBe(
      `Deleted Volumes:\n${anonymous}\n\nTotal reclaimed space: 0B`,
    );
    expect(await cli.ok('volume', 'prune', '--force', '--all')).toContain('named');
  });
});
