import { invalidArgument, messageOf } from '../../errors/index.ts';
import type { Volume } from '../../volumes/index.ts';
import type { BackupRun, BackupRunAnswer } from '../../wire/index.ts';
import type { Core, WorkTools } from '../core.ts';
import { backupLabels, labelOf } from '../labels.ts';
import { openRepository } from '../repositories/index.ts';
import { backUpVolume } from './volume.ts';

/** What Compose puts on the volumes of a project. */
const projectLabel = 'com.docker.compose.project';

/**
 * Backs up volumes, one after the other. One that fails does not keep the others from it.
 * @throws invalid-argument where it is not clear which are meant; not-found; what a single volume fails with.
 */
export async function backUp(core: Core, wanted: BackupRun, tools: WorkTools): Promise<BackupRunAnswer> {
  const volumes = await chosenVolumes(core, wanted);
  const answer: BackupRunAnswer = { backups: [], failures: [], notices: [] };
  for (const volume of volumes) {
    try {
      const asked = wanted.repository || labelOf(volume, backupLabels.repository);
      const repository = await openRepository(core, asked, answer.notices);
      const run = { repository, freeze: wanted.freeze, notices: answer.notices, ...tools };
      answer.backups.push(await backUpVolume(core, volume.name, run));
    } catch (error) {
      if (volumes.length === 1 || tools.signal?.aborted === true) throw error;
      answer.failures.push({ volume: volume.name, message: messageOf(error) });
    }
  }
  return answer;
}

async function chosenVolumes(core: Core, { volumes, project, all }: BackupRun): Promise<Volume[]> {
  const ways = [volumes.length > 0, project !== '', all].filter(Boolean).length;
  if (ways !== 1) throw invalidArgument('say which volumes to back up: by name, by --project, or --all');
  if (volumes.length > 0) return Promise.all([...new Set(volumes)].map((name) => core.volumes.get(name)));
  const { volumes: found } = await core.volumes.list(new Map());
  const chosen = found.filter((volume) => all || labelOf(volume, projectLabel) === project);
  if (chosen.length === 0)
    throw invalidArgument(all ? 'there are no volumes to back up' : `project ${project} has no volumes`);
  return chosen.sort((left, right) => (left.name < right.name ? -1 : 1));
}
