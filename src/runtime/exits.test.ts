import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { processStartTime, silentLog } from '../host/index.ts';
import { type ContainerExit, Exits, type Watched } from './exits.ts';

let dir: string;
let exits: Exits;
let told: ContainerExit[];
let abandoned: number;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'holdfast-exits-'));
  exits = new Exits(dir, silentLog);
  told = [];
  abandoned = 0;
  exits.listen((exit) => told.push(exit));
});
afterEach(() => {
  exits.close();
  rmSync(dir, { recursive: true });
});

const watched = (): Watched => ({
  monitor: { pid: process.pid, startTime: processStartTime(process.pid) ?? 0 },
  wasOutOfMemory: () => false,
  abandon: async () => {
    abandoned += 1;
  },
});
const end = (id: string, code: string): void => {
  writeFileSync(join(dir, `${id}.tmp`), code);
  renameSync(join(dir, `${id}.tmp`), join(dir, id));
};

describe('Exits', () => {
  it('tells each end once', async () => {
    exits.expect('a', watched());
    end('a', '3');
    await expect.poll(() => told).toMatchObject([{ id: 'a', exitCode: 3, oomKilled: false }]);
    end('a', '4');
    end('b', '5');
    exits.expect('b', watched());
    await expect.poll(() => told.length).toBe(2);
    expect(told[1]).toMatchObject({ id: 'b', exitCode: 5 });
  });

  it('waits for a file that is written bit by bit', async () => {
    exits.expect('a', watched());
    writeFileSync(join(dir, 'a'), '');
    exits.expect('other', watched());
    end('other', '0');
    await expect.poll(() => told.length).toBe(1);
    writeFileSync(join(dir, 'a'), '12');
    await expect.poll(() => told.at(-1)).toMatchObject({ id: 'a', exitCode: 12 });
  });

  it('takes a conmon without a file for killed', async () => {
    const each = watched();
    exits.expect('a', each);
    exits.monitorEnded('a', each);
    await expect.poll(() => told).toMatchObject([{ id: 'a', exitCode: 137 }]);
    expect(abandoned).toBe(1);
  });

  it('does not mistake the end of an earlier conmon for that of the one now', () => {
    const earlier = watched();
    exits.expect('a', earlier);
    end('a', '1');
    exits.forget('a');
    exits.expect('a', watched());
    exits.monitorEnded('a', earlier);
    expect(abandoned).toBe(0);
    expect(told.filter(({ exitCode }) => exitCode === 137)).toEqual([]);
  });

  it('finds a conmon that is not ours dead by looking', async () => {
    exits.expect('a', { ...watched(), monitor: { pid: 2 ** 22, startTime: 1 } });
    await expect.poll(() => told, { timeout: 10_000 }).toMatchObject([{ id: 'a', exitCode: 137 }]);
  }, 15_000);

  it('forgets', () => {
    end('a', '3');
    expect(exits.read('a', () => true)).toMatchObject({ exitCode: 3, oomKilled: true });
    exits.forget('a');
    expect(exits.read('a', () => true)).toBeUndefined();
  });
});
