import { readdirSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { CommandLine } from '../support/command-line.ts';
import { TestDaemon } from '../support/daemon.ts';
import { withDaemon } from '../support/engine.ts';
import { attack, startVictim } from './attack.ts';

const daemon = new TestDaemon({ flags: ['--debug'] });
const docker = new CommandLine('docker', daemon.host);
withDaemon(daemon, ['alpine']);

const secret = 'hunter2hunter2';
const call = (line: string, body?: unknown, headers?: Record<string, string>) => {
  const [method = '', path = ''] = line.split(' ');
  return daemon.request(path, {
    method,
    ...(body === undefined ? {} : { body }),
    ...(headers === undefined ? {} : { headers }),
  });
};

/** What every process of the machine was started with, as any user may read it. */
const commandLines = () =>
  readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((pid) => {
      try {
        return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
      } catch {
        // It has ended meanwhile.
        return '';
      }
    })
    .filter((line) => line.includes(daemon.folder) && line.includes(secret));

it('credentials of a registry are in no answer and no log', async () => {
  const plain = { username: 'somebody', password: secret, serveraddress: '127.0.0.1:1' };
  const auth = Buffer.from(JSON.stringify(plain)).toString('base64url');
  const answers = [
    await call('POST /images/create?fromImage=127.0.0.1:1/image&tag=latest', undefined, { 'X-Registry-Auth': auth }),
    await call('POST /images/create?fromImage=127.0.0.1:1/image&tag=latest', undefined, {
      'X-Registry-Auth': `${auth}!broken`,
    }),
    await call('POST /images/127.0.0.1:1/image/push', undefined, { 'X-Registry-Auth': auth }),
    await call('GET /distribution/127.0.0.1:1/image/json', undefined, { 'X-Registry-Auth': auth }),
    await call('POST /auth', plain),
  ];
  for (const { body } of answers) expect(JSON.stringify(body)).not.toContain(secret);
  for (const word of [secret, auth, Buffer.from(`somebody:${secret}`).toString('base64')])
    expect(daemon.log()).not.toContain(word);
});

it('the password of a mount is in no error, event or log', async () => {
  const since = Math.floor(Date.now() / 1000);
  const options = {
    type: 'cifs',
    device: '//127.0.0.1/share',
    o: `addr=127.0.0.1,username=me,password=${secret},vers=3.0`,
  };
  await call('POST /volumes/create', { Name: 'share', DriverOpts: options });
  const started = await attack(daemon, { script: 'true', hostConfig: { Binds: ['share:/v:nocopy'] } });
  expect(started.message).toContain('error while mounting volume');
  expect(started.message).not.toContain(secret);
  const seeded = await attack(daemon, { script: 'true', hostConfig: { Binds: ['share:/v'] } });
  expect(seeded.message).not.toContain(secret);
  const events = await call(`GET /events?since=${since}&until=${Math.ceil(Date.now() / 1000) + 1}`);
  expect(String(events.body)).toContain('share');
  expect(String(events.body)).not.toContain(secret);
  await call('DELETE /volumes/share');
  expect(daemon.log()).not.toContain(secret);
});

it('the environment of containers and commands is on no command line and in no log', async () => {
  const Env = [`TOKEN=${secret}`];
  const id = await startVictim(daemon, { script: 'sleep 1000', config: { Env } });
  await docker.ok('exec', '-d', '-e', `OTHER=${secret}`, id, 'sleep', '1000');
  expect(await docker.ok('exec', '-e', `OTHER=${secret}`, id, 'sh', '-c', 'echo $TOKEN $OTHER')).toBe(
    `${secret} ${secret}`,
  );
  expect(commandLines()).toEqual([]);
  const failing = await attack(daemon, { script: 'true', config: { Env, Entrypoint: ['/no/such/program'] } });
  expect(failing.message).toContain('/no/such/program');
  expect(failing.message).not.toContain(secret);
  await docker.run(['exec', '-e', `OTHER=${secret}`, id, '/no/such/program']);
  await docker.ok('rm', '-f', id);
  expect(daemon.log()).not.toContain(secret);
});

it('a request that fails unexpectedly does not put its body into the log', async () => {
  const bodies = [{ Name: 7, password: secret }, { Image: 'alpine', Env: { secret }, HostConfig: secret }, [secret]];
  for (const body of bodies) {
    for (const line of ['POST /volumes/create', 'POST /containers/create', 'POST /auth', 'POST /networks/create']) {
      expect((await call(line, body)).status).toBeLessThan(600);
    }
  }
  expect(daemon.log()).not.toContain(secret);
});
