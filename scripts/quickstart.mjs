/*
 * `npm run quickstart`: sets everything up, then shows Holdfast's main job live: each command as a user would type it,
 * with its real output. Any command that does not do what it should ends the script with a message and exit code 1.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { guarded, stop } from './setup/say.mjs';
import { prepare } from './setup.mjs';

await guarded(async () => {
  prepare('run');
  if (process.getuid() !== 0) {
    stop('The daemon runs containers, for which it needs root:\n\n    sudo env "PATH=$PATH" npm run quickstart');
  }
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-quickstart-'));
  try {
    await show(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

async function show(folder) {
  const { heading, holdfast, remark } = await import('./quickstart/terminal.mjs');
  const { putOnPath } = await import('./quickstart/on-path.mjs');
  const { findImage } = await import('./quickstart/image.mjs');
  const { clearAway, tour } = await import('./quickstart/tour.mjs');

  heading('Holdfast');
  putOnPath();
  remark('Any holdfast command starts the daemon where none answers:');
  holdfast(['version']);
  clearAway();
  const image = findImage(folder);
  tour(image, folder);

  heading('All of that worked. What to try next');
  const next = [
    ['holdfast --help', "every command; they are docker's"],
    [`holdfast run -it -v mine:/data ${image} sh`, 'a shell with a volume'],
    ['holdfast volume create --help', 'options: tmpfs, bind, nfs'],
    ['export DOCKER_HOST=unix:///run/holdfast/holdfast.sock', ''],
    ['docker volume ls', 'the stock docker client, and all that speaks its API'],
    ['npm test', 'everything, with real containers'],
  ];
  for (const [command, what] of next) remark(`  ${command.padEnd(58)}${what}`.trimEnd());
}
