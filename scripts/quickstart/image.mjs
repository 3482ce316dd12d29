import { spawnSync } from 'node:child_process';
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { makeBusyboxRootfs } from '../busybox-rootfs.mjs';
import { stop } from '../setup/say.mjs';
import { heading, holdfast, prompt, remark, runHoldfast } from './terminal.mjs';

/** Milliseconds that a registry gets. */
const patience = 10_000;

const ownImage = 'holdfast-quickstart';

/** Makes sure of a small image to run and returns its name: alpine where it can be had, else one of the host's busybox. */
export function findImage(folder) {
  heading('An image to run');
  if (has('alpine')) {
    remark('alpine is here already.');
    return 'alpine';
  }
  if (has(ownImage)) {
    remark(`${ownImage}, made from this machine's busybox by an earlier run, is here already.`);
    return ownImage;
  }
  prompt('holdfast pull alpine');
  const pull = runHoldfast(['pull', 'alpine'], { timeout: patience });
  if (pull.status === 0) {
    remark(pull.stdout.trimEnd());
    return 'alpine';
  }
  const reason = pull.stderr.trim().split('\n').at(-1) || `no answer within ${patience / 1000} seconds`;
  remark(`No registry to pull from (${reason}).`);
  remark("So a small image is made from this machine's own busybox instead:");
  return importBusybox(folder);
}

function has(image) {
  return runHoldfast(['image', 'inspect', image]).status === 0;
}

function importBusybox(folder) {
  const rootfs = join(folder, 'rootfs');
  mkdirSync(rootfs);
  makeBusyboxRootfs(rootfs);
  prompt('tar -C rootfs -cf rootfs.tar .');
  const tar = spawnSync('tar', ['--numeric-owner', '-C', rootfs, '-cf', join(folder, 'rootfs.tar'), '.'], {
    stdio: 'inherit',
  });
  if (tar.status !== 0) stop('tar failed.');
  holdfast(['import', '--change', 'CMD ["sh"]', 'rootfs.tar', ownImage], { cwd: folder });
  rmSync(rootfs, { recursive: true });
  rmSync(join(folder, 'rootfs.tar'));
  return ownImage;
}
