import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { semantics } from '../../support/semantics.ts';

const { daemon, docker, holdfast } = semantics();
const root = join(daemon.folder, 'docker');
const volumes = join(root, 'volumes');

/** As dockerd 20.10 left it, with labels of 150 more volumes: enough for its tree to have branches. */
const database = gunzipSync(readFileSync(new URL('docker-metadata.db.gz', import.meta.url)));
const memory = '{"MountType":"tmpfs","MountOpts":"size=1m","MountDevice":"tmpfs","Quota":{"Size":0}}';

/** A data root of a stopped Docker. */
function dockerRoot(): void {
  for (const name of ['db', 'plain', 'memory', 'many_77', 'taken'])
    mkdirSync(join(volumes, name, '_data'), { recursive: true });
  writeFileSync(join(volumes, 'db/_data/table'), 'rows');
  writeFileSync(join(volumes, 'taken/_data/table'), "Docker's");
  writeFileSync(join(volumes, 'memory/opts.json'), memory);
  writeFileSync(join(volumes, 'metadata.db'), database);
}

const labels = async (name: string) => JSON.parse(await docker.ok('volume', 'inspect', '-f', '{{json .Labels}}', name));

describe('adopt', () => {
  it('is refused while a dockerd runs, and where there is no Docker', async () => {
    dockerRoot();
    // flock(1) stands in for dockerd, which has its database locked as long as it runs.
    const other = spawn('flock', ['-o', join(volumes, 'metadata.db'), 'sh', '-c', 'echo held; exec cat']);
    await once(other.stdout, 'data');
    const { stderr } = await holdfast.run(['adopt', root]);
    expect(stderr).toContain(`a dockerd runs on ${root}: stop it first`);
    const ended = once(other, 'exit');
    other.stdin.end();
    await ended;
    expect((await holdfast.run(['adopt', daemon.folder])).stderr).toContain("is no data root of Docker's");
  });

  it('says first what it would do', async () => {
    await docker.ok('volume', 'create', 'taken');
    const { exitCode, stdout, stderr } = await holdfast.run(['adopt', '--dry-run', root]);
    expect(stdout).toBe('db: would be moved\nmany_77: would be moved\nmemory: would be moved\nplain: would be moved\n');
    expect(stderr).toContain('taken: would be skipped: a volume of that name exists');
    expect(exitCode).toBe(1);
    expect(await docker.ok('volume', 'ls', '-q')).toBe('taken');
  });

  it('copies, and then takes over: data, labels and options', async () => {
    const copied = join(daemon.folder, 'copied');
    cpSync(root, copied, { recursive: true });
    expect(await holdfast.ok('adopt', '--copy', copied, 'many_77')).toBe('many_77: copied');
    expect(existsSync(join(copied, 'volumes/many_77/_data'))).toBe(true);
    expect(await labels('many_77')).toEqual({ n: '77' });

    expect(await holdfast.ok('adopt', root, 'db', 'memory', 'plain')).toBe('db: moved\nmemory: moved\nplain: moved');
    expect(await docker.ok('run', '--rm', '-v', 'db:/data', 'alpine', 'cat', '/data/table')).toBe('rows');
    expect(await labels('db')).toEqual({ tier: 'gold', empty: '' });
    const options = await docker.ok('volume', 'inspect', '-f', '{{json .Options}}', 'memory');
    expect(JSON.parse(options)).toEqual({ type: 'tmpfs', device: 'tmpfs', o: 'size=1m' });
    expect(existsSync(join(volumes, 'db'))).toBe(false);
    expect((await holdfast.run(['adopt', root, 'db'])).stderr).toContain('there is no volume db in');
  });

  it('gives back what is not used, and takes it over again with its labels', async () => {
    await docker.ok('create', '--name', 'user', '-v', 'plain:/data', 'alpine');
    const { stdout, stderr } = await holdfast.run(['adopt', '--reverse', root, 'db', 'memory', 'plain', 'taken']);
    expect(stdout).toBe('db: moved\nmemory: moved\n');
    expect(stderr).toContain('plain: skipped: volume is in use');
    expect(stderr).toContain('taken: skipped: ');
    expect(readFileSync(join(volumes, 'db/_data/table'), 'utf8')).toBe('rows');
    expect(readFileSync(join(volumes, 'memory/opts.json'), 'utf8')).toBe(memory);
    writeFileSync(join(volumes, 'metadata.db'), database.subarray(0, 0));
    expect((await holdfast.run(['adopt', root])).stderr).toContain('the database is damaged, or none of bolt');
    writeFileSync(join(volumes, 'metadata.db'), database);
    expect(await holdfast.ok('adopt', root, 'db')).toBe('db: moved');
    expect(await labels('db')).toEqual({ tier: 'gold', empty: '' });
    await docker.ok('volume', 'create', '--label', 'a=b', 'copy_me');
    expect(await holdfast.ok('adopt', '--reverse', '--copy', root, 'copy_me')).toBe('copy_me: copied');
    expect(existsSync(join(volumes, 'copy_me/_data'))).toBe(true);
    expect(await labels('copy_me')).toEqual({ a: 'b' });
  });
});
