import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pack } from 'tar-stream';
import { describe, expect, it } from 'vitest';
import { siteFolder } from '../images/index.ts';
import { runProgram } from '../support/program.ts';
import { semantics } from '../support/semantics.ts';

const { call, daemon, docker, holdfast } = semantics(['alpine', 'nginx']);

const volumesOf = async (image: string): Promise<string[]> =>
  Object.keys(JSON.parse(await docker.ok('image', 'inspect', '-f', '{{json .Config.Volumes}}', image)) ?? {}).sort();
const declare = async (image: string, instruction: string) => {
  const id = await docker.ok('create', 'alpine');
  await docker.ok('commit', '--change', instruction, id, image);
  return volumesOf(image);
};
const destinations = async (container: string) =>
  (await docker.ok('inspect', '-f', '{{range .Mounts}}{{println .Destination}}{{end}}', container))
    .trim()
    .split('\n')
    .sort();

describe('16 VOLUME, commit, export and diff', () => {
  it.each([
    ['VOLUME ["/json", " /trimmed "]', ['/json', '/trimmed']],
    ['VOLUME /one   /two', ['/one', '/two']],
    ['VOLUME relative', ['relative']],
  ])('16.1 the paths of an instruction, trimmed: %s', async (instruction, expected) => {
    expect(await declare('declared', instruction)).toEqual(expected);
  });

  it('16.1 an empty path, or none at all, is refused', async () => {
    const id = await docker.ok('create', 'alpine');
    const change = async (instruction: string) => (await docker.run(['commit', '--change', instruction, id])).stderr;
    expect(await change('VOLUME [""]')).toContain('VOLUME specified can not be an empty string');
    expect(await change('VOLUME')).toMatch(/VOLUME requires at least one argument/i);
  });

  it('16.2 paths stay as they are in the image, and are cleaned for the container', async () => {
    expect(await declare('uncleaned', 'VOLUME ["/a//b/../c/", "relative"]')).toEqual(['/a//b/../c/', 'relative']);
    expect(await destinations(await docker.ok('create', 'uncleaned'))).toEqual(['/a/c', '/relative']);
  });

  it.each([docker, holdfast])('16.4 the volumes of image and request are merged, by $name', async (cli) => {
    const id = await cli.ok('create', '-v', '/requested', 'nginx');
    expect(await destinations(id)).toEqual(['/requested', siteFolder]);
    const volumes = await cli.ok('inspect', '-f', '{{json .Config.Volumes}}', id);
    expect(JSON.parse(volumes)).toEqual({ '/requested': {}, [siteFolder]: {} });
  });

  it('16.5 commit leaves volumes and binds out, but for their mount points, and declares only what was declared', async () => {
    const mounts = ['-v', 'named:/named', '-v', `${daemon.folder}:/bound`, '-v', '/declared'];
    const script = 'echo in > /image; echo out > /named/out; echo out > /declared/out';
    await docker.ok('run', '--name', 'committed', ...mounts, 'alpine', 'sh', '-c', script);
    await docker.ok('commit', '--change', 'VOLUME /added', 'committed', 'result');
    expect(await volumesOf('result')).toEqual(['/added', '/declared']);
    const seen = await docker.ok('run', '--rm', 'result', 'sh', '-c', 'cat /image; find /named /bound /declared');
    expect(seen).toBe('in\n/named\n/bound\n/declared');
  });

  it('16.5 export leaves them out too', async () => {
    const archive = join(daemon.folder, 'export.tar');
    await docker.ok('export', '-o', archive, 'committed');
    const { stdout } = await runProgram(['tar', '-tf', archive]);
    const names = stdout.split('\n').map((name) => name.replace(/^\.?\//, '').replace(/\/$/, ''));
    expect(names.filter((name) => /^(image|named|bound|declared)/.test(name)).sort()).toEqual([
      'bound',
      'declared',
      'image',
      'named',
    ]);
  });

  it('16.5 diff shows the mount points alone', async () => {
    const lines = (await docker.ok('diff', 'committed')).split('\n');
    expect(lines.filter((line) => !line.startsWith('C ')).sort()).toEqual([
      'A /bound',
      'A /declared',
      'A /image',
      'A /named',
    ]);
  });

  it('16.5 import --change declares volumes as well', async () => {
    const packed = pack();
    packed.entry({ name: 'file' }, 'content');
    packed.finalize();
    const changes = encodeURIComponent('VOLUME ["/imported"]');
    await call(`POST /images/create?fromSrc=-&repo=imported&changes=${changes}`, Readable.from(packed));
    expect(await volumesOf('imported')).toEqual(['/imported']);
  });
});
