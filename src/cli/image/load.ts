import { open } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { invalidArgument, messageOf } from '../../errors/index.ts';
import type { App } from '../app.ts';
import { defineCommand } from '../command.ts';
import { text, toggle } from '../flags/index.ts';
import { showProgress } from './progress-view.ts';

export const load = defineCommand({
  usage: '[OPTIONS]',
  examples: [{ what: 'Load what `holdfast save` or `docker save` wrote', command: 'holdfast load -i image.tar' }],
  flags: {
    input: text('Read this file instead of standard input', { short: 'i', placeholder: 'file' }),
    platform: text('The archive’s own platform is the only one there is', { hidden: true }),
    quiet: toggle('Do not show progress', { short: 'q' }),
  },
  args: { min: 0, max: 0 },
  async run({ app, values }) {
    const archive = await archiveOf(app, values.input);
    const quiet = values.quiet || app.stdout.isTTY !== true;
    const response = await app.client().request({
      method: 'POST',
      path: '/images/load',
      query: { quiet },
      body: archive,
      headers: { 'Content-Type': 'application/x-tar' },
    });
    await showProgress(app, response);
    return 0;
  },
});

async function archiveOf(app: App, file: string): Promise<Readable> {
  if (file === '') {
    if (app.stdin.isTTY !== true) return app.stdin;
    throw invalidArgument('requested load from stdin, but stdin is empty');
  }
  return openArchive(file);
}

/** Opens a file of the user's before anything is sent. @throws invalid-argument where it cannot be read. */
export async function openArchive(file: string): Promise<Readable> {
  try {
    const handle = await open(file, 'r');
    return handle.createReadStream();
  } catch (error) {
    throw invalidArgument(`open ${file}: ${messageOf(error)}`, error);
  }
}
