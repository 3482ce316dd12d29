import { existsSync, mkdirSync, readdirSync, readFileSync, rmdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { TestPlugin } from '../../src/volumes/testsuite/test-plugin.ts';
import { semantics } from '../support/semantics.ts';
import { mountPoints } from '../support/traces.ts';
import { attack, loadImageWith } from './attack.ts';

const { daemon, docker, call } = semantics();

/** A folder of the host that no container is given. */
const outside = join(daemon.folder, 'outside');
/** A folder of the host that a container is given. */
const bound = join(daemon.folder, 'bound');
const dots = '../'.repeat(20);

beforeAll(async () => {
  mkdirSync(join(outside, 'sub'), { recursive: true });
  mkdirSync(bound);
  writeFileSync(join(outside, 'canary'), 'of the host');
  await loadImageWith(daemon, 'links:1', {
    entries: [
      { name: 'absolute', type: 'symlink', linkname: outside },
      { name: 'relative', type: 'symlink', linkname: `${dots}${outside.slice(1)}` },
      { name: 'chain', type: 'symlink', linkname: '/absolute/../outside' },
    ],
  });
});

const untouched = () => {
  expect(readdirSync(outside).sort()).toEqual(['canary', 'sub']);
  expect(readdirSync(join(outside, 'sub'))).toEqual([]);
  expect(readFileSync(join(outside, 'canary'), 'utf8')).toBe('of the host');
  expect(mountPoints().filter((path) => path.startsWith(outside))).toEqual([]);
};

describe('names that are paths', () => {
  const names = [
    '..',
    '.',
    '../x',
    '../../outside',
    '/etc',
    'a/../../outside',
    'a/b',
    '.hidden',
    'a\0b',
    'a\nb',
    '..%2foutside',
  ];

  it.each(names)('no volume is called %j', async (Name) => {
    const before = readdirSync(join(daemon.dataRoot, 'volumes'));
    expect((await call('POST /volumes/create', { Name })).status).toBe(400);
    const mounted = await attack(daemon, {
      script: 'true',
      hostConfig: { Mounts: [{ Type: 'volume', Source: Name, Target: '/v' }] },
    });
    expect(mounted.status).toBe(400);
    expect(readdirSync(join(daemon.dataRoot, 'volumes'))).toEqual(before);
  });

  const escapes = [
    '..',
    '%2e%2e',
    '..%2f..%2foutside',
    '%2e%2e%2f%2e%2e%2foutside',
    '../../outside',
    'a%2f..%2f..%2f..%2foutside',
    '..%252foutside',
    '%2fetc',
    '..%00',
    '%',
  ];

  it.each(escapes)('nothing is found, made or removed by the name %s in a path', async (name) => {
    for (const line of [
      `GET /volumes/${name}`,
      `DELETE /volumes/${name}`,
      `DELETE /volumes/${name}?force=1`,
      `GET /containers/${name}/json`,
      `GET /containers/${name}/archive?path=/`,
      `DELETE /containers/${name}?force=1`,
      `GET /images/${name}/json`,
      `DELETE /images/${name}`,
      `DELETE /networks/${name}`,
      `GET /exec/${name}/json`,
    ]) {
      const { status } = await call(line);
      expect([204, 400, 404, 405]).toContain(status);
      if (status === 204) expect(line).toContain('force=1');
    }
    untouched();
    expect(existsSync(join(daemon.dataRoot, 'volumes'))).toBe(true);
  });
});

describe('destinations through links of an image (class of CVE-2021-30465, CVE-2014-6407)', () => {
  const mounts = {
    'a volume': { Type: 'volume', Source: 'through-link' },
    'an anonymous volume': { Type: 'volume' },
    'a bind': { Type: 'bind', Source: bound },
    'a tmpfs': { Type: 'tmpfs' },
    'an image': { Type: 'image', Source: 'alpine' },
  };

  it.each(Object.entries(mounts))('%s lands in the container', async (_what, mount) => {
    for (const place of ['/absolute', '/relative/sub', '/chain/new/er', '/absolute/canary.d']) {
      const { status, output } = await attack(daemon, {
        script: `ls -a ${outside}; cat ${outside}/canary; grep -c ' ${outside}' /proc/self/mountinfo; touch ${place}/new`,
        hostConfig: { Mounts: [{ ...mount, Target: place }] },
        config: { Image: 'links:1' },
      });
      expect(status).toBe(204);
      expect(output).not.toContain('of the host');
      expect(output).toMatch(/^1$/m);
      untouched();
    }
  });

  it('a volume that holds a link leads no other mount out', async () => {
    await attack(daemon, {
      script: `ln -s ${outside} /v/out; ln -s ${dots}${outside} /v/up`,
      hostConfig: { Binds: ['linked:/v'] },
    });
    for (const place of ['/v/out', '/v/up/sub', '/v/out/new']) {
      const { output } = await attack(daemon, {
        script: `cat ${place}/canary; ls ${place}; touch ${place}/new`,
        hostConfig: { Binds: ['linked:/v', `other:${place}`], Tmpfs: { [`${place}/deeper`]: '' } },
      });
      expect(output).not.toContain('of the host');
      untouched();
    }
  });

  it('seeding reads nothing of the host', async () => {
    await attack(daemon, { script: 'true', hostConfig: { Binds: ['seeded:/absolute'] }, config: { Image: 'links:1' } });
    expect(readdirSync(join(daemon.dataRoot, 'volumes/seeded/_data'))).toEqual([]);
  });
});

describe('a volume whose folder somebody replaced by a link', () => {
  it('is not removed, nor is what the link leads to', async () => {
    await call('POST /volumes/create', { Name: 'replaced' });
    const place = join(daemon.dataRoot, 'volumes/replaced/_data');
    rmdirSync(place);
    symlinkSync(outside, place);
    expect((await call('DELETE /volumes/replaced')).status).toBe(500);
    untouched();
  });
});

describe('copying (class of CVE-2019-14271, CVE-2018-15664)', () => {
  it('runs and waits for nothing of the container', async () => {
    // Whoever looked up a name, loaded a library or ran tar in there would hang at one of these.
    const traps = [
      'etc/nsswitch.conf',
      'etc/ld.so.preload',
      'etc/ld.so.cache',
      'lib/libnss_files.so.2',
      'usr/bin/tar',
      'bin/gtar',
    ];
    await loadImageWith(daemon, 'traps:1', {
      entries: [...traps.map((name) => ({ name, type: 'fifo' as const })), { name: 'data', content: 'copied' }],
    });
    for (const mode of ['create', 'run']) {
      const detach = mode === 'run' ? ['-d'] : [];
      const id = await docker.ok(mode, ...detach, '--network', 'none', 'traps:1', 'sleep', '1000');
      const target = join(daemon.folder, `copied-${mode}`);
      await docker.ok('cp', `${id}:/data`, target);
      expect(readFileSync(target, 'utf8')).toBe('copied');
      await docker.ok('cp', target, `${id}:/tmp-file`);
      await docker.ok('cp', '-a', target, `${id}:/etc/`);
      await docker.ok('rm', '-f', id);
    }
  });

  it('follows links as the container does', async () => {
    const id = await docker.ok('create', 'links:1', 'true');
    const { exitCode, stdout, stderr } = await docker.run(['cp', `${id}:/absolute/canary`, '-']);
    expect(exitCode).toBe(1);
    expect(stdout + stderr).not.toContain('of the host');
    for (const link of ['absolute', 'relative', 'chain']) {
      await docker.run(['cp', join(outside, 'canary'), `${id}:/${link}/copied`]);
      await docker.run(['cp', join(outside, 'canary'), `${id}:/${link}`]);
    }
    await docker.ok('rm', id);
    untouched();
  });
});

describe('what a plugin answers', () => {
  it('is not mounted where it is the engine’s own, or the root', async () => {
    const plugin = new TestPlugin(daemon.folder);
    onTestFinished(() => plugin.kill());
    await plugin.start();
    await call('POST /volumes/create', { Name: 'from-plugin', Driver: 'testplugin' });
    symlinkSync(daemon.dataRoot, join(daemon.folder, 'to-data'));
    const answers = [
      '',
      'relative',
      '/',
      '//',
      '/proc/..',
      daemon.dataRoot,
      join(daemon.dataRoot, 'volumes/x/..'),
      join(daemon.execRoot, 'x'),
      join(daemon.folder, 'to-data'),
      `${outside}/../data/volumes`,
      '/nonexistent',
      daemon.folder,
      '/dev/../',
    ];
    for (const Mountpoint of answers) {
      plugin.behave({ Mount: { answer: { Mountpoint } } });
      const { status, output, message } = await attack(daemon, {
        script: 'ls /v',
        hostConfig: { Binds: ['from-plugin:/v:nocopy'] },
      });
      expect(`${status} ${message}`).toMatch(/^500 error while mounting volume 'from-plugin': the plugin/);
      expect(output).toBe('');
    }
    plugin.behave({});
    await call('DELETE /volumes/from-plugin');
  });
});
