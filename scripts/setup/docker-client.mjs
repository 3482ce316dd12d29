import { existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { findProgram, runCommand } from './command.mjs';
import { say, stop } from './say.mjs';

/** The packages that carry the stock client, newest way of packaging first. */
const carriers = ['docker-cli', 'docker.io'];

/**
 * The path of a stock docker client for the tests. Where the machine has none, the client alone is taken out of
 * Debian's package and kept under .cache/: installing that package would start a daemon on the machine.
 */
export function ensureDockerClient(root) {
  const installed = findProgram('docker');
  if (installed !== undefined) return installed;
  const folder = fileURLToPath(new URL('.cache/docker-client/', root));
  const client = `${folder}usr/bin/docker`;
  if (existsSync(client)) return client;
  if (findProgram('apt-get') === undefined) {
    stop('The tests drive Holdfast with the stock docker client too: put `docker` on the PATH, then try again.');
  }
  say('Fetching the docker client (kept in .cache/, not installed)…');
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const fetched =
    carriers.some((name) => download(name, folder)) || (refresh() && carriers.some((name) => download(name, folder)));
  if (!fetched || !existsSync(client)) stop(`No docker client could be fetched from ${carriers.join(' or ')}.`);
  return client;
}

function refresh() {
  runCommand(['apt-get', 'update', '--quiet'], { quiet: true });
  return true;
}

function download(name, folder) {
  try {
    // apt's download sandbox user cannot write here; as root it needs none.
    runCommand(['apt-get', 'download', '--quiet', '-o', 'APT::Sandbox::User=root', name], { quiet: true, cwd: folder });
  } catch {
    // This distribution has no package of that name: the next carrier is tried.
    return false;
  }
  const archive = readdirSync(folder).find((file) => file.endsWith('.deb'));
  if (archive === undefined) return false;
  runCommand(['dpkg-deb', '-x', archive, '.'], { quiet: true, cwd: folder });
  rmSync(`${folder}${archive}`);
  return existsSync(`${folder}usr/bin/docker`);
}
