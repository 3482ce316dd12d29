import { systemError } from '../../errors/index.ts';
import type { BackupContainers, UsingContainer } from '../containers.ts';
import { backupLabels, labelOf } from '../labels.ts';
import { presetOf } from './presets.ts';

/** How much of what a failing hook wrote is told, in characters. */
const toldOutput = 1000;

/**
 * Runs what is to come before a backup in the containers that run: a preset's command, then the user's own.
 * @throws system where one fails, with what it wrote; invalid-argument for a preset that there is not.
 */
export async function runPreHooks(containers: BackupContainers, users: readonly UsingContainer[]): Promise<void> {
  for (const user of users) {
    const preset = presetOf(labelOf(user, backupLabels.preset));
    for (const command of [preset?.pre ?? '', labelOf(user, backupLabels.execPre)])
      await runHook(containers, user, command);
  }
}

/** Runs what is to come after, whatever came before. @returns what failed, in words. */
export async function runPostHooks(containers: BackupContainers, users: readonly UsingContainer[]): Promise<string[]> {
  const failures: string[] = [];
  for (const user of users) {
    try {
      await runHook(containers, user, labelOf(user, backupLabels.execPost));
    } catch (error) {
      failures.push(error instanceof Error ? error.message : String(error));
    }
  }
  return failures;
}

async function runHook(containers: BackupContainers, user: UsingContainer, command: string): Promise<void> {
  if (command === '') return;
  const { exitCode, output } = await containers.exec(user.id, ['/bin/sh', '-c', command]);
  if (exitCode === 0) return;
  const words = output.trim().slice(-toldOutput);
  throw systemError(
    `the backup hook of container ${user.name} failed with exit code ${exitCode}${words === '' ? '' : `: ${words}`}`,
  );
}
