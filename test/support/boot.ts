import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, rmdirSync, rmSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import type { TestDaemon } from './daemon.ts';
import { runProgram } from './program.ts';
import { mountPoints, tracesOf } from './traces.ts';

/**
 * Takes from a daemon that was killed what a boot of the machine would: every process, mount, control group and network
 * link of its containers, its packet filter, and its exec root. What is on disk stays.
 * @param containers their ids, and the first processes of those that run
 */
export async function endMachine(daemon: TestDaemon, containers: { ids: string[]; pids: number[] }): Promise<void> {
  const monitors = tracesOf(daemon.folder, []).processes.map((line) => Number.parseInt(line, 10));
  for (const pid of [...monitors, ...containers.pids]) end(pid);
  while (tracesOf(daemon.folder, []).processes.length > 0) await sleep(10);
  const mounts = mountPoints().filter((path) => path.startsWith(`${daemon.folder}/`));
  for (const path of mounts.reverse()) await runProgram(['umount', '--lazy', path]);
  const groups = tracesOf(daemon.folder, containers.ids).cgroups;
  for (const path of groups.reverse()) await removeGroup(path);
  await removeNetworks(daemon);
  rmSync(daemon.execRoot, { recursive: true, force: true });
}

function end(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It went with another of them.
  }
}

/** The last process of a group takes a moment to leave it. */
async function removeGroup(path: string): Promise<void> {
  for (let tries = 0; ; tries += 1) {
    try {
      return rmdirSync(path);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return;
      if (tries === 500) throw error;
    }
    await sleep(10);
  }
}

/** The engine marks its links and its tables with a word made of its two folders. */
async function removeNetworks({ dataRoot, execRoot }: TestDaemon): Promise<void> {
  const tag = createHash('sha256').update(`${dataRoot}\0${execRoot}`).digest('hex').slice(0, 8);
  for (const name of readdirSync('/sys/class/net')) {
    if (aliasOf(name) === `holdfast:${tag}`) await runProgram(['ip', 'link', 'delete', name]);
  }
  const { stdout } = await runProgram(['nft', 'list', 'tables']);
  for (const [, family = '', table = ''] of stdout.matchAll(/^table (\S+) (\S+)$/gm)) {
    if (table.includes(tag)) await runProgram(['nft', 'delete', 'table', family, table]);
  }
}

function aliasOf(name: string): string {
  try {
    return readFileSync(`/sys/class/net/${name}/ifalias`, 'utf8').trim();
  } catch {
    // The other end of one that has just gone, or no link at all.
    return '';
  }
}
