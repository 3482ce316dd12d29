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
  const [reached, go] = [join(folder, 'reached'), join(folder, 'go')];

  // The real runtime, held up at a moment of our choice.
  const holdUp = (when: 'before' | 'after') => {
    const wait = `: >'${reached}'; while [ ! -e '${go}' ]; do sleep 0.01; done`;
    const create = when === 'before' ? `${wait}; exec "$real" "$@"` : `"$real" "$@" || exit; ${wait}; exit 0`;
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

  test.each(['before', 'after'] as const)('leaves nothing behind: %s the runtime did it', async (when) => {
    for (let round = 0; round < 3; round++) {
      holdUp(when);
      const id = await cli.ok('create', '-v', 'vol:/data', 'alpine', 'sleep', '600');
      for (const file of [go, reached]) rmSync(file, { force: true });
      const start = cli.run(['start', id]);
      while (!existsSync(reached)) await sleep(5);
      await daemon.kill();
      await start;
      expect(traces(id)).not.toEqual([]);
      const next = daemon.start();
      // At one time before the next daemon looks, at another while it waits.
      await sleep(round * 100);
      writeFileSync(go, '');
      await next;
      await expect.poll(() => traces(id), { timeout: 10_000 }).toEqual([]);
      await cli.ok('start', id);
      expect(await cli.ok('inspect', '--format', '{{.State.Status}}', id)).toBe('running');
      await cli.ok('rm', '-f', id);
    }
  });
});
