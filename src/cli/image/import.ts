import type { Readable } from 'node:stream';
import { invalidArgument } from '../../errors/index.ts';
import type { App } from '../app.ts';
import { defineCommand } from '../command.ts';
import { list, text } from '../flags/index.ts';
import { splitReference } from '../reference.ts';
import { openArchive } from './load.ts';
import { showProgress } from './progress-view.ts';

export const importImage = defineCommand({
  usage: 'file|- [REPOSITORY[:TAG]]',
  examples: [{ what: 'Make an image of a folder', command: 'tar -C rootfs -c . | holdfast import - my/rootfs:1' }],
  flags: {
    change: list('Apply a Dockerfile instruction, such as "CMD /bin/sh"', { short: 'c' }),
    message: text('Comment of the image', { short: 'm' }),
    platform: text('Platform of the image, as os[/arch[/variant]]'),
  },
  args: { min: 1, max: 2 },
  completes: ['file', 'image'],
  async run({ app, values, args: [source = '', target = ''] }) {
    const reference = target === '' ? undefined : splitReference(target);
    const archive = await archiveOf(app, source);
    const response = await app.client().request({
      method: 'POST',
      path: '/images/create',
      query: {
        fromSrc: '-',
        repo: reference?.name,
        tag: reference?.tag,
        message: values.message,
        changes: values.change,
        platform: values.platform,
      },
      body: archive,
      headers: { 'Content-Type': 'application/x-tar' },
    });
    await showProgress(app, response);
    return 0;
  },
});

async function archiveOf(app: App, source: string): Promise<Readable> {
  if (source === '-') return app.stdin;
  if (/^https?:\/\//.test(source)) {
    throw invalidArgument(`importing from a URL is not supported: curl -L ${source} | holdfast import -`);
  }
  return openArchive(source);
}
