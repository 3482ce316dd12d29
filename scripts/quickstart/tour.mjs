import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stop } from '../setup/say.mjs';
import { heading, holdfast, prompt, remark, runHoldfast } from './terminal.mjs';

/** Everything that the tour makes has one of these names, so that a second run knows what to remove. */
const containers = [
  'quickstart_writer',
  'quickstart_reader',
  'quickstart_anonymous',
  'quickstart_left',
  'quickstart_right',
];
const volumes = ['quickstart_data', 'quickstart_restored', 'quickstart_shared', 'quickstart_spare'];
const label = 'made-by=quickstart';

/** Removes what an earlier run left, and nothing else. */
export function clearAway() {
  runHoldfast(['rm', '--force', '--volumes', ...containers]);
  runHoldfast(['volume', 'rm', '--force', ...volumes]);
}

/** The life of a volume, with real containers. `folder` is an empty folder for files of the host. */
export function tour(image, folder) {
  const shell = (command) => [image, 'sh', '-c', command];
  createVolume();
  outliveContainer(shell);
  bindMount(shell, folder);
  anonymousVolume(shell);
  share(image);
  readOnly(shell);
  backUpAndRestore(image, shell, folder);
  prune();
}

function createVolume() {
  heading('A volume');
  holdfast(['volume', 'create', '--label', label, 'quickstart_data']);
  holdfast(['volume', 'ls']);
  holdfast(['volume', 'inspect', 'quickstart_data']);
}

function outliveContainer(shell) {
  heading('Data outlives its container');
  holdfast(['run', '--name', 'quickstart_writer', '-v', 'quickstart_data:/data', ...shell('echo kept > /data/f')]);
  holdfast(['rm', 'quickstart_writer']);
  const read = holdfast(['run', '--rm', '-v', 'quickstart_data:/data', ...shell('cat /data/f')]);
  expect(read, 'kept');
}

function bindMount(shell, folder) {
  heading('A folder of this machine, in both directions');
  mkdirSync(join(folder, 'shared'));
  prompt('mkdir shared && echo from the host > shared/question');
  writeFileSync(join(folder, 'shared/question'), 'from the host\n');
  const command = 'cat /mnt/question; echo from the container > /mnt/answer';
  const seen = holdfast(['run', '--rm', '-v', `${folder}/shared:/mnt`, ...shell(command)], { cwd: folder });
  expect(seen, 'from the host');
  prompt('cat shared/answer');
  const answer = readFileSync(join(folder, 'shared/answer'), 'utf8');
  process.stdout.write(answer);
  expect(answer.trim(), 'from the container');
}

function anonymousVolume(shell) {
  heading('An anonymous volume goes with its container, when told to');
  holdfast(['run', '--name', 'quickstart_anonymous', '-v', '/data', ...shell('echo scratch > /data/f')]);
  const format = '{{range .Mounts}}{{.Name}}{{end}}';
  const name = holdfast(['inspect', '--format', format, 'quickstart_anonymous']);
  holdfast(['rm', '-v', 'quickstart_anonymous']);
  holdfast(['volume', 'inspect', name], { fails: true });
}

function share(image) {
  heading('Two running containers share a volume');
  holdfast(['volume', 'create', '--label', label, 'quickstart_shared']);
  for (const name of ['quickstart_left', 'quickstart_right']) {
    holdfast(['run', '-d', '--name', name, '-v', 'quickstart_shared:/data', image, 'sleep', '600']);
  }
  holdfast(['exec', 'quickstart_left', 'sh', '-c', 'echo hello from the left > /data/note']);
  expect(holdfast(['exec', 'quickstart_right', 'cat', '/data/note']), 'hello from the left');
  remark('A volume in use is not removed:');
  holdfast(['volume', 'rm', 'quickstart_shared'], { fails: true });
  holdfast(['rm', '-f', 'quickstart_left', 'quickstart_right']);
}

function readOnly(shell) {
  heading(':ro refuses writes');
  const mount = ['-v', 'quickstart_data:/data:ro'];
  expect(holdfast(['run', '--rm', ...mount, ...shell('cat /data/f')]), 'kept');
  holdfast(['run', '--rm', ...mount, ...shell('echo changed > /data/f')], { fails: true });
}

function backUpAndRestore(image, shell, folder) {
  heading('Backup and restore');
  const backup = ['-v', `${folder}:/backup`];
  const fill = 'mkdir /data/private && echo s > /data/private/key && chmod 600 /data/private/key && ln -s f /data/link';
  holdfast(['run', '--rm', '-v', 'quickstart_data:/data', ...shell(fill)]);
  const pack = [image, 'tar', 'czf', '/backup/backup.tar.gz', '/data'];
  holdfast(['run', '--rm', '-v', 'quickstart_data:/data', ...backup, ...pack], { cwd: folder });
  prompt('ls');
  process.stdout.write(`${readdirSync(folder).join('  ')}\n`);
  holdfast(['volume', 'create', '--label', label, 'quickstart_restored']);
  const unpack = [image, 'tar', 'xzf', '/backup/backup.tar.gz', '-C', '/'];
  holdfast(['run', '--rm', '-v', 'quickstart_restored:/data', ...backup, ...unpack], { cwd: folder });
  const both = ['-v', 'quickstart_data:/old:ro', '-v', 'quickstart_restored:/new:ro'];
  const compare =
    'ls -lnR /new && cd /old && find . -exec stat -c "%n %a %u:%g" {} + | sort > /tmp/old && cd /new && find . -exec stat -c "%n %a %u:%g" {} + | sort | diff /tmp/old - && diff -r /old /new && echo identical';
  expect(
    holdfast(['run', '--rm', ...both, ...shell(compare)])
      .split('\n')
      .at(-1),
    'identical',
  );
}

function prune() {
  heading('Pruning, only what this tour made');
  holdfast(['volume', 'create', '--label', label, 'quickstart_spare']);
  const pruned = holdfast(['volume', 'prune', '--all', '--force', '--filter', `label=${label}`]);
  if (!pruned.includes('quickstart_spare')) stop('The volume was not pruned.');
}

function expect(seen, wanted) {
  if (seen !== wanted) stop(`Expected "${wanted}" here.`);
}
