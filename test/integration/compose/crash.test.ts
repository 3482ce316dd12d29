import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { CommandLine } from '../../support/command-line.ts';
import { Project } from '../../support/compose.ts';
import { TestDaemon } from '../../support/daemon.ts';
import { withDaemon } from '../../support/engine.ts';
import { tracesOf } from '../../support/traces.ts';

const daemon = new TestDaemon();
const docker = new CommandLine('docker', daemon.host);
withDaemon(daemon, ['alpine']);

const rounds = 20;
const service = (volume: string) => ({
  image: 'alpine',
  command: ['sh', '-c', 'trap exit TERM; while :; do sleep 0.2; done'],
  init: true,
  volumes: [`${volume}:/data`],
  ports: ['127.0.0.1::80'],
});
const stack = { services: { first: service('one'), second: service('two') }, volumes: { one: {}, two: {} } };

test('the daemon is killed during up, again and again: the next up converges, and nothing is left', async () => {
  const project = new Project(daemon, 'crashing').write(stack);
  for (let round = 0; round < rounds; round++) {
    const up = project.run('up', '-d');
    // Spread over the time that an up takes, from its first request to after its last.
    await sleep(round * 40);
    await daemon.kill();
    await up;
    await daemon.start();
    await project.ok('up', '-d');
    const running = await project.ok('ps', '--services', '--status', 'running');
    expect(running.split('\n').sort(), `round ${round}`).toEqual(['first', 'second']);
    expect((await docker.ok('ps', '-aq')).split('\n')).toHaveLength(2);
    await project.ok('exec', '-T', 'first', 'ping', '-c', '1', 'second');
    await project.ok('exec', '-T', 'first', 'sh', '-c', `[ ! -e /data/n ] || [ $(cat /data/n) = ${round - 1} ]`);
    await project.ok('exec', '-T', 'first', 'sh', '-c', `echo ${round} > /data/n`);
    await project.ok('down', '-t', '0');
    expect(await docker.ok('ps', '-aq')).toBe('');
    await expect.poll(() => leftover()).toEqual([]);
  }
  await project.discard();
});

/** What there should be nothing of once all containers and networks are removed. */
function leftover(): string[] {
  const { mounts, processes, networks } = tracesOf(daemon.folder, []);
  const sandboxes = readdirSync(join(daemon.execRoot, 'networks', 'sandboxes'));
  const others = processes.filter((line) => !line.includes('daemon.js'));
  return [...mounts, ...others, ...networks, ...sandboxes];
}
