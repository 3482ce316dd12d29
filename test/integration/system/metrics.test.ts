import { describe, expect, it } from 'vitest';
import { CommandLine } from '../../support/command-line.ts';
import { TestDaemon } from '../../support/daemon.ts';
import { withDaemon } from '../../support/engine.ts';

const daemon = new TestDaemon({ flags: ['--metrics-addr', '127.0.0.1:0'] });
const holdfast = new CommandLine('holdfast', daemon.host);
withDaemon(daemon, ['alpine']);

const scrape = async (): Promise<string> => {
  const { status, headers, body } = await daemon.request('/holdfast/v1/metrics');
  expect({ status, type: headers['content-type'] }).toEqual({
    status: 200,
    type: 'text/plain; version=0.0.4; charset=utf-8',
  });
  return body as string;
};

/** The lines of one family, without what stands around them. */
const linesOf = (text: string, family: string): string[] =>
  text.split('\n').filter((line) => line.startsWith(`${family}{`) || line.startsWith(`${family} `));

describe('metrics', () => {
  it('tell of volumes, containers, pools, events and requests, in the text format', async () => {
    await holdfast.ok('run', '-d', '--name', 'user', '-v', 'watched:/data', 'alpine', 'sleep', '600');
    await holdfast.run(['volume', 'inspect', 'nosuch']);
    const text = await scrape();
    const line = /^(# (HELP|TYPE) [a-z_]+ .+|[a-z_]+(\{([a-z_]+="([^"\\\n]|\\[\\n"])*",?)*\})? -?[\d.]+(e[+-]?\d+)?)$/;
    expect(
      text
        .trimEnd()
        .split('\n')
        .filter((each) => !line.test(each)),
    ).toEqual([]);
    expect(linesOf(text, 'holdfast_volumes')).toEqual(['holdfast_volumes 1']);
    expect(linesOf(text, 'holdfast_containers')).toContain('holdfast_containers{state="running"} 1');
    expect(linesOf(text, 'holdfast_volume_info')).toEqual([
      'holdfast_volume_info{volume="watched",driver="local",pool="main"} 1',
    ]);
    expect(linesOf(text, 'holdfast_volume_running_containers')).toEqual([
      'holdfast_volume_running_containers{volume="watched"} 1',
    ]);
    expect(linesOf(text, 'holdfast_volume_last_used_timestamp_seconds')).toHaveLength(1);
    expect(linesOf(text, 'holdfast_pool_size_bytes')).toHaveLength(1);
    expect(linesOf(text, 'holdfast_events_total')).toContain('holdfast_events_total{type="volume",action="mount"} 1');
    expect(linesOf(text, 'holdfast_api_requests_total')).toContain(
      'holdfast_api_requests_total{method="GET",route="/volumes/:name",status="404"} 1',
    );
    expect(linesOf(text, 'holdfast_trash_volumes')).toEqual(['holdfast_trash_volumes 0']);
    await holdfast.ok('rm', '-f', 'user');
  });

  it('have forecasts beside them, which know nothing yet', async () => {
    const { body } = await daemon.request('/holdfast/v1/forecasts');
    expect(body).toEqual({
      forecasts: [{ kind: 'pool', name: 'main', used: expect.any(Number), total: expect.any(Number), fullAt: null }],
    });
  });

  it('are on the port that was asked for, which has nothing else', async () => {
    const address = /"address":"(127\.0\.0\.1:\d+)"/.exec(daemon.log())?.[1] ?? '';
    const answer = await fetch(`http://${address}/metrics`);
    expect(answer.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8');
    expect(await answer.text()).toContain('holdfast_build_info{version=');
    expect((await fetch(`http://${address}/volumes`)).status).toBe(404);
    expect((await fetch(`http://${address}/metrics`, { method: 'POST' })).status).toBe(404);
  });
});
