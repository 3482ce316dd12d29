import { spawn } from 'node:child_process';
import { expect, test } from 'vitest';
import { eachCommandLine } from '../../support/engine.ts';

const now = () => (Date.now() / 1000).toFixed(3);

eachCommandLine('events', ['alpine'], ({ cli }) => {
  const between = async (since: string, ...filters: string[]) => {
    const range = ['--since', since, '--until', now()];
    const format = ['--format', '{{.Type}} {{.Action}}'];
    const lines = await cli.ok('events', ...range, ...format, ...filters.flatMap((filter) => ['--filter', filter]));
    return lines.split('\n').filter((line) => line !== '');
  };

  test('carry what happened to what', async () => {
    const since = now();
    await cli.run([
      'run',
      '--name',
      'failing',
      '-l',
      'tier=gold',
      '-v',
      'v_1:/data:ro',
      'alpine',
      'sh',
      '-c',
      'exit 3',
    ]);
    await cli.ok('rm', 'failing');
    await cli.ok('volume', 'rm', 'v_1');
    const range = ['--since', since, '--until', now(), '--format', '{{json .}}'];
    const all = (await cli.ok('events', ...range)).split('\n').map((line) => JSON.parse(line));
    const find = (type: string, action: string) => all.find((event) => event.Type === type && event.Action === action);
    expect(find('container', 'die').Actor.Attributes).toMatchObject({
      exitCode: '3',
      image: 'alpine',
      name: 'failing',
      tier: 'gold',
    });
    expect(find('volume', 'mount').Actor).toMatchObject({
      ID: 'v_1',
      Attributes: { destination: '/data', 'read/write': 'false' },
    });
    expect(find('volume', 'destroy').Actor).toMatchObject({ ID: 'v_1', Attributes: { driver: 'local' } });
    expect(find('container', 'die')).toMatchObject({
      scope: 'local',
      time: expect.any(Number),
      timeNano: expect.any(Number),
    });
  });

  test.each([
    [['volume=filtered'], ['volume create', 'volume destroy', 'volume trash']],
    [['event=create', 'type=volume'], ['volume create']],
    [['type=image'], []],
    [['container=nosuch'], []],
  ])('filter %j', async (filters, expected) => {
    const since = now();
    await cli.ok('volume', 'create', 'filtered');
    await cli.ok('volume', 'rm', 'filtered');
    expect(await between(since, ...filters)).toEqual(expected);
  });

  test('are seen as they happen', async () => {
    const stream = spawn(
      'sh',
      ['-c', cli.shellCommand(['events', '--since', now(), '--format', '{{.Actor.ID}} {{.Action}}'])],
      {
        env: { ...process.env, ...cli.environment },
        stdio: ['ignore', 'pipe', 'inherit'],
        detached: true,
      },
    );
    try {
      const seen = new Promise<string>((resolve) => {
        let said = '';
        stream.stdout.on('data', (chunk: Buffer) => {
          // A client may write the parts of a line one by one.
          said += chunk.toString();
          if (said.includes('live_volume create')) resolve('seen');
        });
      });
      await cli.ok('volume', 'create', 'live_volume');
      expect(await seen).toBe('seen');
    } finally {
      // The shell became the client, or started it: its own process group holds both.
      if (stream.pid !== undefined) process.kill(-stream.pid, 'SIGKILL');
    }
  });
});
