import { type ChildProcess, spawn } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import type { CommandLine } from '../../support/command-line.ts';
import { eachCommandLine } from '../../support/engine.ts';

eachCommandLine('attach', ['alpine'], ({ cli }) => {
  test('sees output from then on, and ends with the container', async () => {
    const command = 'read word; echo "got $word"; echo err >&2; exit 8';
    await cli.ok('create', '-i', '--name', 'asker', 'alpine', 'sh', '-c', command);
    await cli.ok('start', 'asker');
    const result = await cli.run(['attach', 'asker'], { input: 'anchor\n' });
    expect(result).toEqual({ stdout: 'got anchor\n', stderr: 'err\n', exitCode: 8 });
    await cli.ok('rm', 'asker');
  });

  test('several see the same', async () => {
    await cli.ok(
      'create',
      '-i',
      '--name',
      'speaker',
      'alpine',
      'sh',
      '-c',
      'read go; for i in 1 2 3; do echo $i; done',
    );
    await cli.ok('start', 'speaker');
    const listeners = [listen(cli, 'speaker'), listen(cli, 'speaker')];
    await attached(cli, 'speaker', listeners);
    expect((await cli.run(['attach', 'speaker'], { input: 'go\n' })).stdout).toBe('1\n2\n3\n');
    for (const listener of listeners) expect(await listener.output).toBe('1\n2\n3\n');
    await cli.ok('rm', 'speaker');
  });

  test('start -a -i', async () => {
    await cli.ok('create', '-i', '--name', 'echoing', 'alpine', 'cat');
    const result = await cli.run(['start', '-a', '-i', 'echoing'], { input: 'there and back' });
    expect(result).toMatchObject({ stdout: 'there and back', exitCode: 0 });
    await cli.ok('rm', 'echoing');
  });

  test('refuses one that is stopped', async () => {
    await cli.ok('create', '--name', 'idle', 'alpine');
    const { exitCode, stderr } = await cli.run(['attach', 'idle']);
    expect(exitCode).toBe(1);
    expect(stderr).toMatch(/cannot attach to a stopped container|is not running/i);
    await cli.ok('rm', 'idle');
  });
});

interface Listener {
  process: ChildProcess;
  output: Promise<string>;
}

function listen(cli: CommandLine, name: string): Listener {
  const child = spawn('sh', ['-c', cli.shellCommand(['attach', '--no-stdin', name])], {
    env: { ...process.env, ...cli.environment },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const output = new Promise<string>((resolve) => {
    let text = '';
    child.stdout.on('data', (chunk: Buffer) => {
      text += chunk.toString();
    });
    child.on('close', () => resolve(text));
  });
  return { process: child, output };
}

/** Returns once each listener's request has reached the engine, which its `attach` event tells. */
async function attached(cli: CommandLine, name: string, listeners: readonly Listener[]): Promise<void> {
  const query = [
    'events',
    '--since',
    '1h',
    '--until',
    '0s',
    '--filter',
    `container=${name}`,
    '--filter',
    'event=attach',
  ];
  for (let tries = 0; tries < 200; tries++) {
    const events = (await cli.ok(...query)).split('\n').filter((line) => line !== '');
    if (events.length >= listeners.length) return;
    await sleep(50);
  }
  throw new Error('the listeners never attached');
}
