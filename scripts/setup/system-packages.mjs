import { findProgram, runCommand } from './command.mjs';
import { missing } from './needs.mjs';
import { say, stop } from './say.mjs';

/** Installs by apt what of `needs` is missing, saying exactly what; stops with a message where that cannot be done. */
export function ensureSystemPackages(needs) {
  const wanted = missing(needs);
  if (wanted.length === 0) return;
  if (findProgram('apt-get') === undefined) stop(adviceForOthers(wanted));
  const install = ['apt-get', 'install', '--no-install-recommends', ...wanted.map((need) => need.package)];
  if (process.getuid() !== 0) {
    stop(`These packages are missing, and installing them needs root:\n\n    sudo ${install.join(' ')}`);
  }
  say(`Installing system packages: ${wanted.map((need) => need.package).join(' ')}`);
  // --no-remove: a machine's own packages are never traded for ours.
  const options = ['--yes', '--quiet', '--no-remove'];
  const env = { DEBIAN_FRONTEND: 'noninteractive' };
  try {
    runCommand(['apt-get', 'update', '--quiet'], { quiet: true });
    runCommand([...install, ...options], { quiet: true, env });
  } catch (error) {
    stop(`${error.message}\n\nInstall these packages by hand, then try again:\n\n    ${install.join(' ')}`);
  }
  const still = missing(wanted);
  if (still.length > 0) stop(adviceForOthers(still));
}

function adviceForOthers(wanted) {
  const lines = wanted.map((need) => `    ${need.program.padEnd(16)} ${need.purpose} (Debian: ${need.package})`);
  return `These programs are needed and were not found:\n\n${lines.join('\n')}\n\nInstall them with your system's package manager, then try again.`;
}
