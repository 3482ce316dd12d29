import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { pack } from 'tar-stream';
import { describe, expect, it } from 'vitest';
import { build, built, writeContext } from '../../support/build.ts';
import type { CommandLine } from '../../support/command-line.ts';
import { runProgram } from '../../support/program.ts';
import { refusal, semantics } from '../../support/semantics.ts';
import { tracesOf } from '../../support/traces.ts';

const { call, daemon, docker, holdfast } = semantics(['alpine']);

type Member = Parameters<ReturnType<typeof pack>['entry']>[0];

/** An archive of a Dockerfile and members that no client would send. */
async function archive(Dockerfile: string, ...members: Array<[Member, string?]>): Promise<Buffer> {
  const packed = pack();
  packed.entry({ name: 'Dockerfile' }, Dockerfile);
  for (const [header, content] of members) packed.entry(header, content ?? '');
  packed.finalize();
  const chunks: Buffer[] = [];
  for await (const chunk of packed) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

const send = (context: Buffer, query = '') => call(`POST /build?${query}`, Readable.from([context]));
/** Runs a command line by a shell, which can give it a file for its standard input. */
const runShell = async (line: string, cli: CommandLine): Promise<string> =>
  (await runProgram(['sh', '-c', line], { env: cli.environment })).stdout;
const messages = (body: unknown) => (typeof body === 'string' ? body : JSON.stringify(body));
const buildFolder = () => join(daemon.dataRoot, 'build');

describe('contexts of builds', () => {
  it.each([
    ['plain', (bytes: Buffer) => bytes],
    ['compressed', gzipSync],
  ])('come as archives, %s', async (_how, as) => {
    const { status, body } = await send(as(await archive('FROM alpine\nENV A=1')), 't=sent');
    expect(status).toBe(200);
    const lines = messages(body)
      .trim()
      .split('\r\n')
      .map((line) => JSON.parse(line));
    expect(lines[0]).toEqual({ stream: 'Step 1/2 : FROM alpine\n' });
    const id = lines.find(({ aux }) => aux)?.aux.ID;
    expect(id).toMatch(/^sha256:[0-9a-f]{64}$/);
    expect(lines.slice(-2)).toEqual([
      { stream: `Successfully built ${id.slice(7, 19)}\n` },
      { stream: 'Successfully tagged sent:latest\n' },
    ]);
  });

  it('come by standard input: a Dockerfile alone, or an archive', async () => {
    for (const cli of [docker, holdfast]) {
      const alone = await cli.run(['build', '-t', 'alone', '-'], { input: 'FROM alpine\nENV A=alone' });
      expect(alone.stdout).toContain('Successfully tagged alone:latest');
      const file = join(daemon.folder, 'context.tar');
      writeFileSync(file, await archive('FROM alpine\nCOPY file /file\nRUN cat /file', [{ name: 'file' }, 'archived']));
      const context = await runShell(`${cli.shellCommand(['build', '--no-cache', '-'])} < ${file}`, cli);
      expect(context).toContain('archived');
    }
  });

  it.each([
    ['a hard link', { name: 'link', type: 'link', linkname: '../../../../etc/passwd' }, 'failed to unpack'],
    ['a device', { name: 'disk', type: 'block-device', devmajor: 8, devminor: 0 }, 'is a device'],
  ] as Array<[string, Member, string]>)('do not lead out by %s', async (_what, member, message) => {
    const answer = await send(await archive('FROM alpine', [member]));
    expect(refusal(answer)).toMatch(/^400 /);
    expect(refusal(answer)).toContain(message);
    expect(refusal(answer)).not.toContain(daemon.folder);
  });

  it('have names that begin inside', async () => {
    const context = await archive('FROM alpine\nCOPY escaped /got\nRUN cat /got', [
      { name: '../../../escaped' },
      'inside',
    ]);
    expect(messages((await send(context)).body)).toContain('inside');
    expect(existsSync(join(daemon.dataRoot, 'escaped')) || existsSync(join(buildFolder(), 'escaped'))).toBe(false);
  });

  it('do not lead out by links that a step follows', async () => {
    const secret = join(daemon.folder, 'secret');
    writeFileSync(secret, 'a secret of the host');
    const links: Array<[Member]> = [
      [{ name: 'file', type: 'symlink', linkname: secret }],
      [{ name: 'dir', type: 'symlink', linkname: daemon.folder }],
    ];
    for (const step of ['COPY file /got', 'COPY dir/secret /got', 'ADD dir /got']) {
      const context = await archive(`FROM alpine\n${step}\nRUN cat /got /got/secret`, ...links);
      const said = messages((await send(context)).body);
      expect(said).toContain('error');
      expect(said).not.toContain('a secret of the host');
    }
  });

  it('are written to a link in the image by no more than the image', async () => {
    const target = join(daemon.folder, 'target');
    mkdirSync(target);
    const steps = `FROM alpine\nRUN ln -s ${target} /out\nCOPY file /out/file\nADD file /out/../file2\nRUN ls ${target}`;
    const { body } = await send(await archive(steps, [{ name: 'file' }, 'content']), 'nocache=1');
    expect(messages(body)).toContain('Successfully built');
    expect(readdirSync(target)).toEqual([]);
  });

  it('have a Dockerfile inside, whatever its name says', async () => {
    writeFileSync(join(daemon.folder, 'Outside'), 'FROM alpine');
    const context = await archive('FROM alpine', [
      { name: 'link', type: 'symlink', linkname: join(daemon.folder, 'Outside') },
    ]);
    for (const name of ['../../../Outside', join(daemon.folder, 'Outside'), 'link', 'missing']) {
      const answer = await send(context, `dockerfile=${encodeURIComponent(name)}`);
      expect(refusal(answer)).toContain('Cannot locate specified Dockerfile');
    }
  });

  it('lose what .dockerignore names, which brings back what it excepts', async () => {
    const folder = join(daemon.folder, 'ignoring');
    const Dockerfile = 'FROM alpine\nCOPY . /all/\nRUN cd /all && find . -type f | sort';
    const ignore = 'dir\n!dir/kept\n*.log\nDockerfile\n.dockerignore\n';
    writeContext(folder, {
      Dockerfile,
      '.dockerignore': ignore,
      'dir/kept': '',
      'dir/lost': '',
      'a.log': '',
      'b.txt': '',
    });
    for (const cli of [docker, holdfast])
      expect(await built(cli, '--no-cache', folder)).toContain('\n./b.txt\n./dir/kept\n ---> ');
  });

  it('may have their Dockerfile elsewhere', async () => {
    const folder = join(daemon.folder, 'aside');
    writeContext(folder, { file: 'of the context' });
    writeContext(daemon.folder, { 'Aside.dockerfile': 'FROM alpine\nCOPY file /file\nRUN cat /file' });
    for (const cli of [docker, holdfast]) {
      const out = await built(cli, '--no-cache', '-f', join(daemon.folder, 'Aside.dockerfile'), folder);
      expect(out).toContain('of the context');
    }
  });

  it('are not fetched', async () => {
    expect(refusal(await call('POST /build?remote=https://example.com/x.git'))).toMatch(
      /^501 .*fetches no build contexts/,
    );
    expect(refusal(await call('POST /build?version=2'))).toMatch(/^501 .*DOCKER_BUILDKIT=0/);
    const { stderr } = await build(holdfast, 'https://example.com/x.git');
    expect(stderr).toContain('fetches no build contexts');
  });

  it('and credentials stay out of the log', async () => {
    const headers = {
      'X-Registry-Config': Buffer.from('{"localhost:1":{"username":"u","password":"hush-hush"}}').toString('base64'),
    };
    await call('POST /build', Readable.from([await archive('FROM localhost:1/x')]), { headers });
    expect(daemon.log()).not.toContain('hush-hush');
  });
});

describe('a build whose client goes away', () => {
  const waiting = 'FROM alpine\nRUN echo now waiting; sleep 1000';
  const processes = () => tracesOf(buildFolder(), []).processes;

  async function begin(): Promise<{ leave: () => void }> {
    const context = await archive(waiting);
    return new Promise((resolve, reject) => {
      const sent = request({ socketPath: daemon.socket, method: 'POST', path: '/build?nocache=1' }, (response) => {
        let text = '';
        response.on('error', () => {});
        response.on('data', (chunk: Buffer) => {
          text += chunk.toString();
          if (text.includes('"now waiting\\n"')) resolve({ leave: () => sent.destroy() });
        });
      });
      sent.on('error', reject);
      sent.end(context);
    });
  }

  /** What buildah, and the OCI runtime beneath it, still know of. */
  const workingContainers = (): object[] =>
    JSON.parse(readFileSync(join(buildFolder(), 'storage/overlay-containers/containers.json'), 'utf8'));
  const runtimeContainers = async (): Promise<string[]> =>
    (await runProgram(['runc', 'list'])).stdout.split('\n').filter((line) => line.includes(buildFolder()));

  async function nothingLeft(): Promise<void> {
    for (;;) {
      const { mounts } = tracesOf(buildFolder(), []);
      const folders = existsSync(join(buildFolder(), 'work')) ? readdirSync(join(buildFolder(), 'work')) : [];
      const left = [...processes(), ...mounts, ...folders, ...workingContainers(), ...(await runtimeContainers())];
      if (left.length === 0) return;
      await sleep(50);
    }
  }

  it('ends, and leaves nothing', async () => {
    const { leave } = await begin();
    expect(processes()).not.toEqual([]);
    leave();
    await nothingLeft();
    expect((await docker.ok('network', 'inspect', '-f', '{{len .Containers}}', 'bridge')).trim()).toBe('0');
  });

  it('ends with the daemon too, also by force, and does not keep the next one from building', async () => {
    await begin();
    await daemon.kill();
    await daemon.start();
    await nothingLeft();
    expect(messages((await send(await archive('FROM alpine\nRUN echo again'), 'nocache=1')).body)).toContain(
      'Successfully built',
    );
    await nothingLeft();
  });
});
