import type { TestImage } from '../images/index.ts';
import { CommandLine } from './command-line.ts';
import { TestDaemon } from './daemon.ts';
import { withDaemon } from './engine.ts';
import type { Answer, RequestOptions } from './request.ts';

/** What a file of test/semantics works with: one daemon, both command lines, and the API underneath them. */
export interface Semantics {
  daemon: TestDaemon;
  docker: CommandLine;
  holdfast: CommandLine;
  /** One request; `line` is its method and path: `POST /v1.41/volumes/create`. */
  call(line: string, body?: unknown, options?: RequestOptions): Promise<Answer>;
}

/** Declares one daemon for the file that it is called in, with images loaded, and the check that nothing is left. */
export function semantics(images: readonly TestImage[] = ['alpine']): Semantics {
  const daemon = new TestDaemon();
  withDaemon(daemon, images);
  return {
    daemon,
    docker: new CommandLine('docker', daemon.host),
    holdfast: new CommandLine('holdfast', daemon.host),
    call: (line, body, options) => {
      const [method = '', path = ''] = line.split(' ');
      return daemon.request(path, { method, body, ...options });
    },
  };
}

/** The answer's status and its error message in one line, so that an assertion that fails shows both. */
export function refusal({ status, body }: Answer): string {
  const { message } = body as { message?: unknown };
  return `${status} ${typeof message === 'string' ? message : JSON.stringify(body)}`;
}

/** The `filters` of a query, as Go clients write them. */
export function filters(wanted: Readonly<Record<string, readonly string[]>>): string {
  const maps = Object.entries(wanted).map(([key, values]) => [key, Object.fromEntries(values.map((v) => [v, true]))]);
  return `filters=${encodeURIComponent(JSON.stringify(Object.fromEntries(maps)))}`;
}
