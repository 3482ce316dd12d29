import { existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { findProgram, runCommand } from './command.mjs';
import { say, stop } from './say.mjs';

/*
 * Programs that only the tests use, and whose Debian packages start a service when installed: where the machine has
 * none, the program alone is taken out of its package and kept under .cache/.
 */

/** The stock client that every acceptance test also goes through; the newest way of packaging it first. */
export const dockerClient = { program: 'docker', packages: ['docker-cli', 'docker.io'] };

/** What the benchmarks compare with. */
export const dockerDaemon = {
  program: 'dockerd',
  path: 'usr/sbin/dockerd',
  packages: ['docker.io'],
  beside: ['containerd'],
};

/** The registry that pull and push are tested with. */
export const registry = { program: 'docker-registry', packages: ['docker-registry'] };

/**
 * The path of `wanted.program`: the machine's own, or one taken out of the first of `wanted.packages` that there is,
 * with the packages `beside` it that it cannot do without.
 */
export function ensureExtracted(root, wanted) {
  const installed = findProgram(wanted.program);
  if (installed !== undefined) return installed;
  const folder = fileURLToPath(new URL(`.cache/programs/${wanted.program}/`, root));
  const path = join(folder, wanted.path ?? `usr/bin/${wanted.program}`);
  if (existsSync(path)) return path;
  if (findProgram('apt-get') === undefined)
    stop(`The tests need ${wanted.program}: put it on the PATH, then try again.`);
  say(`Fetching ${wanted.program} (kept in .cache/, not installed)…`);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const beside = () => (wanted.beside ?? []).every((name) => extractFrom(name, folder));
  const found = () => wanted.packages.some((name) => extractFrom(name, folder) && existsSync(path)) && beside();
  if (!found() && !(refreshLists() && found())) {
    stop(
      `${wanted.program} could not be fetched from ${wanted.packages.join(' or ')}: put it on the PATH, then try again.`,
    );
  }
  return path;
}

function refreshLists() {
  runCommand(['apt-get', 'update', '--quiet'], { quiet: true });
  return true;
}

function extractFrom(name, folder) {
  try {
    // apt's own user for downloads may not write here; as root none is needed.
    runCommand(['apt-get', 'download', '--quiet', '-o', 'APT::Sandbox::User=root', name], { quiet: true, cwd: folder });
  } catch {
    // This distribution has no package of that name.
    return false;
  }
  const archive = readdirSync(folder).find((file) => file.endsWith('.deb'));
  if (archive === undefined) return false;
  runCommand(['dpkg-deb', '-x', archive, '.'], { quiet: true, cwd: folder });
  rmSync(join(folder, archive));
  return true;
}
