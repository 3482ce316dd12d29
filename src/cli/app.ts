import type { Readable, Writable } from 'node:stream';
import type { ApiClient } from '../client/index.ts';
import type { ConfigFile } from './config-file.ts';

/** A stream that may be a terminal. */
export type Output = Writable & { isTTY?: boolean; columns?: number; rows?: number };
export type Input = Readable & { isTTY?: boolean; setRawMode?(raw: boolean): unknown };

/** What a command works with: the user's streams, and the engine once it asks for it. */
export interface App {
  stdin: Input;
  stdout: Output;
  stderr: Output;
  env: NodeJS.ProcessEnv;
  cwd: string;
  /** Options before the command. */
  global: GlobalOptions;
  /** The daemon's program, beside this one. */
  daemonProgram: URL;
  client(): ApiClient;
  config(): ConfigFile;
}

/** Options before the command, such as `-H`. */
export interface GlobalOptions {
  host: string | undefined;
  config: string | undefined;
  debug: boolean;
  logLevel: string;
  tls: TlsFlags;
}

/** docker's flags for TLS, undefined where they are not on the command line. */
export interface TlsFlags {
  tls?: boolean | undefined;
  tlsverify?: boolean | undefined;
  tlscacert?: string | undefined;
  tlscert?: string | undefined;
  tlskey?: string | undefined;
}

/** Writes a line to standard output. */
export function say(app: App, line: string): void {
  app.stdout.write(`${line}\n`);
}

/** Writes a line to standard error. */
export function warn(app: App, line: string): void {
  app.stderr.write(`${line}\n`);
}
