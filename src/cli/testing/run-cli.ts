import { PassThrough } from 'node:stream';
import type { GlobalOptions } from '../app.ts';
import { createApp } from '../create-app.ts';
import { dispatch } from '../dispatch.ts';

/** What a command line did. */
export interface CliResult {
  code: number | undefined;
  stdout: string;
  stderr: string;
}

export interface CliOptions {
  stdin?: string | Buffer;
  env?: NodeJS.ProcessEnv;
  cwd?: string;
}

/** Runs a command line in this process against the engine at `socket`. */
export async function runCli(socket: string, words: string[], options: CliOptions = {}): Promise<CliResult> {
  const stdin = new PassThrough();
  const stdout = new PassThrough();
  const stderr = new PassThrough();
  const collected = [collect(stdout), collect(stderr)];
  stdin.end(options.stdin);
  const env = { DOCKER_HOST: `unix://${socket}`, DOCKER_CONFIG: '/nonexistent', ...options.env };
  const makeApp = (global: GlobalOptions) =>
    createApp({
      stdin,
      stdout,
      stderr,
      env,
      cwd: options.cwd ?? '/',
      global,
      daemonProgram: new URL('file:///nonexistent/daemon.js'),
    });
  const code = await dispatch(words, makeApp);
  stdout.end();
  stderr.end();
  const [out = '', error = ''] = await Promise.all(collected);
  return { code, stdout: out, stderr: error };
}

async function collect(stream: PassThrough): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}
