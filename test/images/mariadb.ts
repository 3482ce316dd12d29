import { execFile } from 'node:child_process';
import { createReadStream, createWriteStream } from 'node:fs';
import { readdir, readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { promisify } from 'node:util';
import { extract, pack } from 'tar-stream';
import { writeArchive } from './archive.ts';
import { writeTar } from './tar-file.ts';

const run = promisify(execFile);

const packages = ['mariadb-server-core', 'mariadb-client-core', 'bash', 'coreutils', 'sed', 'grep', 'mawk', 'hostname'];

/** Of the packages, what a database does not need to run. */
const leftOut =
  /^\.\/(dev|usr\/share\/(doc|man|info|locale|lintian)|usr\/share\/perl|usr\/lib\/[^/]*\/perl|boot)(\/|$)/;

/**
 * Prepares a new data folder on the first start, as the database images that people use do: the root password comes
 * from MARIADB_ROOT_PASSWORD, MARIADB_DATABASE is created. Then becomes the server.
 */
const entrypoint = `#!/bin/bash
set -eu
data=/var/lib/mysql
setup=/run/mysqld/setup.sql
mkdir -p /run/mysqld
: > "$setup"
chown -R mysql:mysql /run/mysqld "$data"
if [ ! -d "$data/mysql" ]; then
  if [ -z "\${MARIADB_ROOT_PASSWORD:-}" ]; then
    echo 'set MARIADB_ROOT_PASSWORD to make a new database' >&2
    exit 1
  fi
  bash /usr/bin/mariadb-install-db --user=mysql --datadir="$data" --auth-root-authentication-method=normal --force --skip-test-db >&2
  echo "ALTER USER root@localhost IDENTIFIED BY '$MARIADB_ROOT_PASSWORD';" >> "$setup"
  echo "CREATE USER root@'%' IDENTIFIED BY '$MARIADB_ROOT_PASSWORD';" >> "$setup"
  echo "GRANT ALL ON *.* TO root@'%' WITH GRANT OPTION;" >> "$setup"
  [ -z "\${MARIADB_DATABASE:-}" ] || echo "CREATE DATABASE $MARIADB_DATABASE;" >> "$setup"
fi
exec mariadbd --user=mysql --datadir="$data" --init-file="$setup" --socket=/run/mysqld/mysqld.sock --bind-address='*'
`;

const users = {
  passwd:
    'root:x:0:0:root:/root:/bin/sh\nmysql:x:999:999:MariaDB:/nonexistent:/bin/false\nnobody:x:65534:65534::/:/bin/false\n',
  group: 'root:x:0:\nmysql:x:999:\nnogroup:x:65534:\n',
};

/** `mariadb:latest`: the distribution's own MariaDB and what it needs, unpacked without running any package script. */
export async function buildMariadb(path: string, work: string): Promise<void> {
  const server = join(work, 'server.tar');
  await extractPackages(server);
  const setup = join(work, 'setup.tar');
  await writeTar(setup, [
    { name: 'dev/', type: 'directory', mode: 0o755 },
    { name: 'tmp/', type: 'directory', mode: 0o1777 },
    { name: 'usr/bin/sh', type: 'symlink', linkname: 'bash' },
    { name: 'usr/bin/awk', type: 'symlink', linkname: 'mawk' },
    { name: 'etc/passwd', mode: 0o644, content: users.passwd },
    { name: 'etc/group', mode: 0o644, content: users.group },
    { name: 'etc/mysql/my.cnf', mode: 0o644, content: '[mariadbd]\n' },
    { name: 'usr/local/bin/docker-entrypoint.sh', mode: 0o755, content: entrypoint },
    { name: 'var/lib/mysql/', type: 'directory', mode: 0o755, uid: 999, gid: 999 },
  ]);
  await writeArchive(path, {
    tag: 'mariadb:latest',
    layers: [server, setup],
    config: { Entrypoint: ['/usr/local/bin/docker-entrypoint.sh'], Volumes: { '/var/lib/mysql': {} } },
  });
}

/** Downloads the packages and what they depend on from the host's own apt sources, and unpacks them into one tar file. */
async function extractPackages(path: string): Promise<void> {
  const everything = `${path}.all`;
  const arguments_ = ['--quiet', '--variant=extract', `--include=${packages.join(',')}`, '--format=tar'];
  await run('mmdebstrap', [...arguments_, await suite(), everything, ...(await aptSources())]);
  await filterTar(everything, path);
}

async function suite(): Promise<string> {
  const release = await readFile('/etc/os-release', 'utf8');
  const name = /^VERSION_CODENAME=(.+)$/m.exec(release)?.[1];
  if (name === undefined)
    throw new Error('the database image is made from Debian or Ubuntu packages: no VERSION_CODENAME here');
  return name;
}

/** The files that say where the host's packages come from, in whichever of apt's two formats. */
async function aptSources(): Promise<string[]> {
  const folder = '/etc/apt/sources.list.d';
  const extra = (await readdir(folder)).filter((name) => /^(debian|ubuntu)\.sources$/.test(name));
  return extra.length > 0 ? extra.map((name) => join(folder, name)) : ['/etc/apt/sources.list'];
}

async function filterTar(from: string, to: string): Promise<void> {
  const input = extract();
  const output = pack();
  const written = pipeline(output, createWriteStream(`${to}.part`));
  const read = pipeline(createReadStream(from), input);
  for await (const entry of input) {
    if (leftOut.test(entry.header.name)) entry.resume();
    else await pipeline(entry, output.entry(entry.header));
  }
  await read;
  output.finalize();
  await written;
  await rename(`${to}.part`, to);
}
