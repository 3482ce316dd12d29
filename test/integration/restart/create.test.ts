import { chmodSync, existsSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CommandLine } from '../../support/command-line.ts';
import { TestDaemon } from '../../support/daemon.ts';
import { withDaemon } from '../../support/engine.ts';
import { makeFolder, removeFolder } from '../../support/folder.ts';
import { findExecutable } from '../../support/program.ts';
import { tracesOf } from '../../support/traces.ts';

describe('a daemon killed while the runtime makes a container', () => {
  const folder = makeFolder();
  const path = process.env.PATH;
  const runc = findExecutable('runc');
  const [reached, go, done] = [join(folder, 'reached'), join(folder, 'go'), join(folder, 'done')];

  // The real runtime, its first create held up at a moment of our choice, and the next until the first is through.
  const holdUp = (when: 'before' | 'after') => {
    const until = (file: string) => `while [ ! -e '${file}' ]; do sleep 0.01; done`;
    const wait = `: >'${reached}'; ${until(go)}`;
    const first = when === 'before' ? `${wait}; "$real" "$@"` : `"$real" "$@"; ${wait}`;
    const create = `if [ -e '${reached}' ]; then ${until(done)}; else ${first}; : >'${done}'; exit; fi`;
    const script = `#!/bin/sh\nreal=${runc}\ncase "$*" in *' create '*) ${create} ;; esac\nexec "$real" "$@"\n`;
    writeFileSync(join(folder, 'runc'), script);
    chmodSync(join(folder, 'runc'), 0o755);
  };
  beforeAll(() => {
    writeFileSync(go, '');
    holdUp('before');
    process.env.PATH = `${folder}:${path}`;
  });
  const daemon = new TestDaemon();
  const cli = new CommandLine('holdfast', daemon.host);
  withDaemon(daemon, ['alpine']);
  afterAll(() => {
    process.env.PATH = path;
    removeFolder(folder);
  });

  const traces = (id: string) => {
    const { mounts, processes, cgroups } = tracesOf(daemon.folder, [id]);
    return [...mounts, ...processes.filter((line) => !line.includes('daemon.js')), ...cgroups];
  };

  /** Kills the daemon while the runtime is held up, and has the next one started. @returns the container */
  const killAmid = async (when: 'before' | 'after'): Promise<{ id: string; next: Promise<void> }> => {
    holdUp(when);
    const id = await cli.ok('create', '-v', 'vol:/data', 'alpine', 'sleep', '600');
    for (const file of [go, reached, done]) rmSync(file, { force: true });
    const cutOff = cli.run(['start', id]);
    while (!existsSync(reached)) await sleep(5);
    await daemon.kill();
    await cutOff;
    expect(traces(id)).not.toEqual([]);
    return { id, next: daemon.start() };
  };

  const start = (id: string) => daemon.request(`/containers/${id}/start`, { method: 'POST' });
  const runsAndGoes = async (id: string, started: ReturnType<typeof start>) => {
    expect((await started).status).toBe(204);
    expect(await cli.ok('inspect', '--format', '{{.State.Status}}', id)).toBe('running');
    expect(traces(id).filter((line) => / -c [0-9a-f]{64} /.test(line))).toHaveLength(1);
    await cli.ok('rm', '-f', id);
    await expect.poll(() => traces(id), { timeout: 10_000 }).toEqual([]);
  };

  test.each(['before', 'after'] as const)('leaves nothing behind: %s the runtime did it', async (when) => {
    for (const round of [0, 1]) {
      const { id, next } = await killAmid(when);
      // At one time before the next daemon looks, at another while it waits.
      await sleep(round * 200);
      writeFileSync(go, '');
      await next;
      await expect.poll(() => traces(id), { timeout: 10_000 }).toEqual([]);
      await runsAndGoes(id, start(id));
    }
  });

  test.each(['before', 'after'] as const)(
    'is not in the way of the next start: %s the runtime did it',
    async (when) => {
      const { id, next } = await killAmid(when);
      await next;
      const started = start(id);
      // A start that does not wait for the old create has the runtime called meanwhile.
      await sleep(500);
      writeFileSync(go, '');
      await runsAndGoes(id, started);
    },
  );
});
