import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { frame, json, TestEngine } from '../testing/engine.ts';
import { runCli } from '../testing/run-cli.ts';

let engine: TestEngine;
let begin: () => void;
let finish: (code: number) => void;
/** What the container's process was given to read, once it ended. */
let input: Promise<string>;

beforeEach(async () => {
  engine = new TestEngine();
  await engine.start();
  engine.on('POST /containers/create', json(201, { Id: 'c1', Warnings: [] }));
  engine.onUpgrade('/containers/c1/attach', (socket) => {
    const chunks: Buffer[] = [];
    socket.on('data', (chunk) => chunks.push(chunk));
    input = new Promise((resolve) => socket.on('end', () => resolve(Buffer.concat(chunks).toString())));
    begin = async () => {
      socket.write(frame(1, 'out\n'));
      socket.write(frame(2, 'err\n'));
      socket.end(frame(1, `read:${await input}`));
      finish(3);
    };
  });
  engine.on('POST /containers/c1/wait', (_, response) => {
    response.writeHead(200).flushHeaders();
    finish = (StatusCode) => response.end(JSON.stringify({ StatusCode }));
  });
  engine.on('POST /containers/c1/start', (_, response) => {
    response.writeHead(204).end();
    begin();
  });
});
afterEach(() => engine.stop());

const run = (...words: string[]) => runCli(engine.socket, ['run', ...words]);

describe('run', () => {
  it('attaches and waits before it starts, and ends with the exit code of the container', async () => {
    const result = await run('--rm', 'image', 'cmd', '-x');
    expect(result).toEqual({ code: 3, stdout: 'out\nread:', stderr: 'err\n' });
    const [created, ...rest] = engine.routes;
    expect(created).toBe('POST /containers/create');
    expect(rest.slice(0, 2).sort()).toEqual(['POST /containers/c1/attach', 'POST /containers/c1/wait']);
    expect(rest[2]).toBe('POST /containers/c1/start');
    expect(engine.seen.find(({ path }) => path.endsWith('/wait'))?.query.get('condition')).toBe('removed');
    expect(JSON.parse(engine.seen[0]?.body ?? '')).toMatchObject({
      Cmd: ['cmd', '-x'],
      HostConfig: { AutoRemove: true },
    });
  });

  it('passes input on, and its end', async () => {
    const result = await runCli(engine.socket, ['run', '-i', 'image'], { stdin: 'hello' });
    expect(result.stdout).toBe('out\nread:hello');
  });

  it('leaves out streams that were not asked for', async () => {
    expect(await run('-a', 'stdout', 'image')).toEqual({ code: 3, stdout: 'out\nread:', stderr: '' });
  });

  it('prints the id of a container in the background', async () => {
    begin = () => undefined;
    expect(await run('-d', 'image')).toEqual({ code: 0, stdout: 'c1\n', stderr: '' });
    expect(engine.routes).toEqual(['POST /containers/create', 'POST /containers/c1/start']);
  });

  it('tells why a container does not start, by docker exit codes', async () => {
    const failing = (message: string) => engine.on('POST /containers/c1/start', json(400, { message }));
    failing('OCI runtime create failed: exec: "x": executable file not found in $PATH');
    expect(await run('image', 'x')).toMatchObject({ code: 127 });
    failing('OCI runtime create failed: exec: "/": is a directory');
    const result = await run('image', 'x');
    expect(result.code).toBe(126);
    expect(result.stderr).toBe(
      'holdfast: Error response from daemon: OCI runtime create failed: exec: "/": is a directory\n\nRun \'holdfast run --help\' for more information\n',
    );
    failing('no luck');
    expect(await run('image', 'x')).toMatchObject({ code: 125 });
  });

  it('pulls an image that is missing, telling of it on stderr', async () => {
    let pulled = false;
    engine.on('POST /containers/create', (request, response) => {
      const answer = pulled
        ? json(201, { Id: 'c1', Warnings: ['mind this'] })
        : json(404, { message: 'No such image: image:latest' });
      answer(request, response);
    });
    engine.on('POST /images/create', (_, response) => {
      pulled = true;
      response.end('{"status":"Pulling from library/image","id":"latest"}\r\n{"status":"Status: Downloaded"}\r\n');
    });
    const result = await run('image');
    expect(result.code).toBe(3);
    expect(result.stderr).toBe(
      "Unable to find image 'image:latest' locally\nlatest: Pulling from library/image\nStatus: Downloaded\nWARNING: mind this\nerr\n",
    );
    const pull = engine.seen.find(({ path }) => path === '/images/create');
    expect(Object.fromEntries(pull?.query ?? [])).toEqual({ fromImage: 'docker.io/library/image', tag: 'latest' });
  });

  it('does not pull where it is told not to, and says why a pull failed', async () => {
    engine.on('POST /containers/create', json(404, { message: 'No such image: image:latest' }));
    expect((await run('--pull', 'never', 'image')).code).toBe(125);
    engine.on('POST /images/create', (_, response) =>
      response.end('{"errorDetail":{"message":"disk full"},"error":"disk full"}'),
    );
    expect((await run('-q', 'image')).stderr).toBe(
      "holdfast: disk full\n\nRun 'holdfast run --help' for more information\n",
    );
  });

  it('writes the id to a file, never over one', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'holdfast-cidfile-'));
    const file = join(folder, 'id');
    await run('--cidfile', file, 'image');
    expect(readFileSync(file, 'utf8')).toBe('c1');
    expect((await run('--cidfile', file, 'image')).stderr).toContain('container ID file found');
    rmSync(folder, { recursive: true });
  });

  it('refuses what cannot go together', async () => {
    expect((await run('-d', '-a', 'stdout', 'image')).stderr).toBe(
      'conflicting options: cannot specify both --attach and --detach\n',
    );
    expect((await run('--rm', '--restart', 'always', 'image')).stderr).toContain(
      'cannot specify both --restart and --rm',
    );
    expect(await run('-it', 'image')).toMatchObject({ code: 1, stderr: 'the input device is not a TTY\n' });
    expect((await run('--gpus', 'all', 'image')).stderr).toContain('--gpus is not supported');
    expect(engine.seen).toEqual([]);
  });
});

describe('exec', () => {
  it('ends with the exit code of the process', async () => {
    engine.on('POST /containers/web/exec', json(201, { Id: 'e1' }));
    engine.onUpgrade('/exec/e1/start', (socket) => socket.end(frame(1, 'done\n')));
    engine.on('GET /exec/e1/json', { ExitCode: 7 });
    expect(await runCli(engine.socket, ['exec', '-u', 'me', '-eA=1', 'web', 'ls', '-l'])).toEqual({
      code: 7,
      stdout: 'done\n',
      stderr: '',
    });
    expect(JSON.parse(engine.seen[0]?.body ?? '')).toMatchObject({
      User: 'me',
      Env: ['A=1'],
      Cmd: ['ls', '-l'],
      Tty: false,
    });
  });
});
