import { GenericContainer, Network, Wait } from 'testcontainers';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { TestDaemon } from '../support/daemon.ts';
import { withDaemon } from '../support/engine.ts';

describe('testcontainers', () => {
  const daemon = new TestDaemon();
  withDaemon(daemon, ['alpine', 'mariadb']);
  beforeAll(() => {
    vi.stubEnv('DOCKER_HOST', daemon.host);
    vi.stubEnv('TESTCONTAINERS_HOST_OVERRIDE', '127.0.0.1');
    // Its own janitor is an image that no registry brings here.
    vi.stubEnv('TESTCONTAINERS_RYUK_DISABLED', 'true');
  });
  afterAll(() => void vi.unstubAllEnvs());

  test('start a database with a published port, and run in it and beside it', async () => {
    const network = await new Network().start();
    const database = await new GenericContainer('mariadb')
      .withEnvironment({ MARIADB_ROOT_PASSWORD: 's3cret', MARIADB_DATABASE: 'shop' })
      .withExposedPorts(3306)
      .withNetwork(network)
      .withNetworkAliases('db')
      .withWaitStrategy(Wait.forListeningPorts())
      .start();
    expect(database.getMappedPort(3306)).toBeGreaterThan(1024);
    const query = ['mariadb', '-uroot', '-ps3cret', '-N', '-B', 'shop', '-e', 'SELECT 6 * 7'];
    expect(await database.exec(query)).toMatchObject({ output: '42\n', exitCode: 0 });
    const client = await new GenericContainer('alpine')
      .withNetwork(network)
      .withCommand(['sh', '-c', 'ping -c 1 db && echo reached; sleep 600'])
      .withWaitStrategy(Wait.forLogMessage('reached'))
      .start();
    await client.stop();
    await database.stop();
    await network.stop();
    expect((await daemon.request('/containers/json?all=1')).body).toEqual([]);
  });
});
