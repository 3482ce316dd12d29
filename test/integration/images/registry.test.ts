import { afterAll, beforeAll, expect, test } from 'vitest';
import { eachCommandLine } from '../../support/engine.ts';
import { makeFolder, removeFolder } from '../../support/folder.ts';
import { Registry } from '../../support/registry.ts';

eachCommandLine('pull and push', ['alpine', 'nginx'], ({ cli }) => {
  const folder = makeFolder();
  let registry: Registry;

  beforeAll(async () => {
    registry = await Registry.start(folder);
  });

  afterAll(async () => {
    await registry.stop();
    removeFolder(folder);
  });

  test('an image goes out and comes back the same', async () => {
    const name = `${registry.address}/team/site:v1`;
    const id = await cli.ok('image', 'inspect', '--format', '{{.Id}}', 'nginx');
    await cli.ok('tag', 'nginx', name);
    expect(await cli.ok('push', name)).toMatch(/v1: digest: sha256:[0-9a-f]{64} size: \d+/);
    await cli.ok('rmi', name);

    const pulled = await cli.ok('pull', name);
    expect(pulled).toContain('v1: Pulling from team/site');
    expect(pulled).toMatch(/Digest: sha256:[0-9a-f]{64}/);
    expect(pulled.split('\n').at(-1)).toBe(name);
    expect(await cli.ok('image', 'inspect', '--format', '{{.Id}}', name)).toBe(id);
    const digests = JSON.parse(await cli.ok('image', 'inspect', '--format', '{{json .RepoDigests}}', name));
    expect(digests[0]).toMatch(new RegExp(`^${registry.address}/team/site@sha256:[0-9a-f]{64}$`));
    expect(await cli.ok('run', '--rm', digests[0], 'echo', 'by digest')).toBe('by digest');
  });

  test('run pulls what is not there', async () => {
    const name = `${registry.address}/base:latest`;
    await cli.ok('tag', 'alpine', name);
    await cli.ok('push', name);
    await cli.ok('rmi', name);
    const result = await cli.run(['run', '--rm', `${registry.address}/base`, 'echo', 'pulled']);
    expect(result).toMatchObject({ stdout: 'pulled\n', exitCode: 0 });
    expect(result.stderr).toContain(`Unable to find image '${name}' locally`);
  });

  test('what the registry does not have', async () => {
    const { exitCode, stderr } = await cli.run(['pull', `${registry.address}/nosuch:v9`]);
    expect(exitCode).toBe(1);
    expect(stderr).toMatch(/manifest unknown|not found/i);
  });
});
