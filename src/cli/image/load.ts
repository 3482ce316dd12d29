import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { Readable } from 'node:stream';
import { invalidArgument } from '../../errors/index.ts';
import type { App } from '../app.ts';
import { defineCommand } from '../command.ts';
import { text, toggle } from '../flags/index.ts';
import { showProgress } from '../progress/show-progress.ts';
import { fileError } from '../user-file.ts';
import { platformJson } from './push.ts';

export const load = defineCommand({
  usage: '[OPTIONS]',
  flags: {
    input: text('Read from tar archive file, instead of STDIN', { short: 'i' }),
    platform: text('Load only the given platform, such as linux/amd64'),
    quiet: toggle('Suppress the load output', { short: 'q' }),
  },
  args: { min: 0, max: 0 },
  examples: [
    {
      what: 'Images out of a file, and into one',
      command: 'holdfast load -i images.tar; holdfast save -o images.tar alpine',
    },
  ],
  async run({ app, values }) {
    if (values.input === '' && app.stdin.isTTY === true) {
      throw invalidArgument('requested load from stdin, but stdin is empty');
    }
    const body = values.input === '' ? app.stdin : await openFile(app, values.input);
    const response = await app.client().request({
      method: 'POST',
      path: '/images/load',
      // Layers' progress is only worth sending to a terminal.
      query: { quiet: values.quiet || app.stdout.isTTY !== true, platform: platformJson(values.platform) },
      headers: { 'Content-Type': 'application/x-tar' },
      body,
    });
    await showProgress(response, { output: app.stdout });
    return 0;
  },
});

/** A file of the user's to send. @throws invalid-argument in Go's words where it cannot be read. */
export async function openFile(app: App, file: string): Promise<Readable> {
  try {
    const handle = await open(resolve(app.cwd, file), 'r');
    if ((await handle.stat()).isDirectory()) throw Object.assign(new Error(), { code: 'EISDIR' });
    return createReadStream('', { fd: handle, highWaterMark: 1 << 20 });
  } catch (error) {
    throw fileError('open', file, error);
  }
}
