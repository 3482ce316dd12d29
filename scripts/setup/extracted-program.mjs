import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
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

/** Compose 2: Ubuntu's; Debian has it since trixie, whose program runs on earlier releases as well. */
export const composePlugin = {
  program: 'docker-compose-v2',
  path: 'usr/libexec/docker/cli-plugins/docker-compose',
  packages: ['docker-compose-v2', 'docker-compose'],
  release: 'trixie',
};

/**
 * The path of `wanted.program`: the machine's own, or one taken out of the first of `wanted.packages` that there is,
 * with the packages `beside` it that it cannot do without. Where the machine's sources have none, it comes from
 * Debian's `release`, read with lists of its own, of which the machine's apt learns nothing.
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
  const found = (options = []) => {
    const extract = (name) => extractFrom(name, { folder, options });
    return wanted.packages.some((name) => extract(name) && existsSync(path)) && (wanted.beside ?? []).every(extract);
  };
  const foundInRelease = () => {
    if (wanted.release === undefined) return false;
    const options = releaseOptions(wanted.release, folder);
    return refreshLists(options) && found(options);
  };
  const isThere = found() || (refreshLists() && found()) || foundInRelease();
  rmSync(join(folder, 'apt'), { recursive: true, force: true });
  if (!isThere) {
    stop(
      `${wanted.program} could not be fetched from ${wanted.packages.join(' or ')}: put it on the PATH, then try again.`,
    );
  }
  return path;
}

// apt's own user for downloads may not write here; as root none is needed.
const asRoot = ['-o', 'APT::Sandbox::User=root'];

function refreshLists(options = []) {
  runCommand(['apt-get', 'update', '--quiet', ...asRoot, ...options], { quiet: true });
  return true;
}

/** For apt to see nothing but one release of Debian, with all that it keeps in `folder`. */
function releaseOptions(release, folder) {
  const apt = join(folder, 'apt');
  mkdirSync(join(apt, 'lists'), { recursive: true });
  const source = `deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] ${debianMirror()} ${release} main\n`;
  writeFileSync(join(apt, 'sources.list'), source);
  const settings = {
    'Dir::Etc::sourcelist': join(apt, 'sources.list'),
    'Dir::Etc::sourceparts': '/dev/null',
    'Dir::State::lists': join(apt, 'lists'),
    'Dir::Cache': apt,
  };
  return Object.entries(settings).flatMap(([key, value]) => ['-o', `${key}=${value}`]);
}

/** Where this machine has its Debian packages from. */
function debianMirror() {
  const argv = ['indextargets', '--format', '$(ORIGIN) $(REPO_URI)', 'Created-By: Packages'];
  const { stdout = '' } = spawnSync('apt-get', argv, { encoding: 'utf8' });
  const mirror = stdout.split('\n').find((line) => /^Debian \S+\/debian\/?$/.test(line));
  if (mirror === undefined) stop('This machine has no Debian mirror: put a Compose 2 on the PATH, then try again.');
  return mirror.slice('Debian '.length);
}

function extractFrom(name, { folder, options }) {
  try {
    runCommand(['apt-get', 'download', '--quiet', ...asRoot, ...options, name], { quiet: true, cwd: folder });
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
