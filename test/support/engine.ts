import { createReadStream } from 'node:fs';
import { afterAll, afterEach, beforeAll, describe } from 'vitest';
import { imageArchive, type TestImage } from '../images/index.ts';
import { CommandLine, commandLines } from './command-line.ts';
import { TestDaemon } from './daemon.ts';
import { endCleanly } from './end-cleanly.ts';

/** What a test group gets: a daemon of its own with images loaded, and a command line pointed at it. */
export interface Engine {
  daemon: TestDaemon;
  cli: CommandLine;
}

/**
 * Declares the same tests for each command line, each against a daemon of its own. After the tests every container is
 * removed and the daemon stopped; what is left on the machine then fails the group.
 * @param title names the group; @param images are loaded first; @param body declares tests. Use `engine` inside tests only.
 */
export function eachCommandLine(title: string, images: readonly TestImage[], body: (engine: Engine) => void): void {
  describe.each(commandLines)(`${title}, by %s`, (name) => {
    const daemon = new TestDaemon();
    const engine: Engine = { daemon, cli: new CommandLine(name, daemon.host) };
    withDaemon(daemon, images);
    body(engine);
  });
}

/** Declares the start of `daemon` before the tests of the group it is called in, and its end and the check after them. */
export function withDaemon(daemon: TestDaemon, images: readonly TestImage[]): void {
  beforeAll(async () => {
    await daemon.start();
    for (const image of images) await loadImage(daemon, image);
  });
  let failed = false;
  afterEach(({ task }) => {
    failed ||= task.result?.state === 'fail';
  });
  afterAll(async () => {
    if (failed) console.error(`the daemon's log:\n${daemon.log().slice(-8000)}`);
    await endCleanly(daemon);
  });
}

/** Loads a test image through the API. */
export async function loadImage(daemon: TestDaemon, image: TestImage): Promise<void> {
  const body = createReadStream(imageArchive(image));
  const answer = await daemon.request('/images/load?quiet=1', { method: 'POST', body });
  const text = typeof answer.body === 'string' ? answer.body : JSON.stringify(answer.body);
  if (answer.status !== 200 || text.includes('"error"')) throw new Error(`loading ${image}: ${text}`);
}
