import { beforeAll, expect, test } from 'vitest';
import { eachCommandLine } from '../../support/engine.ts';

eachCommandLine('finding and pruning volumes', ['alpine'], ({ cli }) => {
  const listed = async (...filters: string[]) => {
    const names = await cli.ok('volume', 'ls', '-q', ...filters.flatMap((filter) => ['--filter', filter]));
    return names.split('\n').filter((name) => name !== '');
  };

  beforeAll(async () => {
    await cli.ok('volume', 'create', '--label', 'tier=gold', '--label', 'keep', 'gold_1');
    await cli.ok('volume', 'create', '--label', 'tier=lead', 'lead_1');
    await cli.ok('volume', 'create', 'plain_1');
    await cli.ok('create', '--name', 'user', '-v', 'lead_1:/data', 'alpine');
  });

  test.each([
    [['name=_1'], ['gold_1', 'lead_1', 'plain_1']],
    [['name=plain'], ['plain_1']],
    [['label=tier'], ['gold_1', 'lead_1']],
    [['label=tier=gold'], ['gold_1']],
    [['label=tier=gold', 'label=keep'], ['gold_1']],
    [['label=tier=lead', 'label=keep'], []],
    [['dangling=true'], ['gold_1', 'plain_1']],
    [['dangling=false'], ['lead_1']],
    [['driver=local'], ['gold_1', 'lead_1', 'plain_1']],
    [['driver=other'], []],
  ])('filter %j', async (filters, names) => {
    expect(await listed(...filters)).toEqual(names);
  });

  test('an unknown filter is refused', async () => {
    const { exitCode, stderr } = await cli.run(['volume', 'ls', '--filter', 'size=1']);
    expect(exitCode).toBe(1);
    expect(stderr).toMatch(/invalid filter 'size'/i);
  });

  test('formats', async () => {
    expect(await cli.ok('volume', 'ls', '--filter', 'name=gold', '--format', '{{.Name}}: {{.Label "tier"}}')).toBe(
      'gold_1: gold',
    );
    const json = JSON.parse(await cli.ok('volume', 'ls', '--filter', 'name=gold', '--format', '{{json .}}'));
    expect(json).toMatchObject({ Name: 'gold_1', Driver: 'local' });
  });

  test('a volume in use is not removed, and the holder is named', async () => {
    const id = await cli.ok('inspect', '--format', '{{.Id}}', 'user');
    for (const force of [[], ['--force']]) {
      const { exitCode, stderr } = await cli.run(['volume', 'rm', ...force, 'lead_1']);
      expect(exitCode).toBe(1);
      expect(stderr).toContain(`remove lead_1: volume is in use - [${id}]`);
    }
  });

  test('prune takes what nothing uses', async () => {
    const everything = Number((await cli.apiVersion()).split('.')[1]) >= 42 ? ['--filter', 'all=true'] : [];
    const kept = await cli.ok('volume', 'prune', '--force', ...everything, '--filter', 'label!=keep');
    expect(kept).toMatch(/^Deleted Volumes:\nplain_1\n\nTotal reclaimed space: 0B$/);
    const rest = await cli.ok('volume', 'prune', '--force', ...everything);
    expect(rest).toContain('gold_1');
    expect(await listed()).toEqual(['lead_1']);
  });

  test('prune takes anonymous volumes and leaves named ones', async () => {
    await cli.ok('volume', 'create', 'named_1');
    const anonymous = await cli.ok('volume', 'create');
    const onlyAnonymous = Number((await cli.apiVersion()).split('.')[1]) >= 42;
    const pruned = await cli.ok('volume', 'prune', '--force');
    expect(pruned).toContain(anonymous);
    expect(pruned.includes('named_1')).toBe(!onlyAnonymous);
  });
});
