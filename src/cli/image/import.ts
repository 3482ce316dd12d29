import { defineCommand } from '../command.ts';
import { list, text } from '../flags/index.ts';
import { showProgress } from '../progress/show-progress.ts';
import { splitReference } from '../reference.ts';
import { openFile } from './load.ts';

export const importImage = defineCommand({
  usage: '[OPTIONS] file|URL|- [REPOSITORY[:TAG]]',
  flags: {
    change: list('Apply Dockerfile instruction to the created image', { short: 'c' }),
    message: text('Set commit message for imported image', { short: 'm' }),
    platform: text('Set platform if server is multi-platform capable'),
  },
  args: { min: 1, max: 2 },
  completes: ['file'],
  async run({ app, values, args: [source = '', reference = ''] }) {
    if (reference !== '') splitReference(reference);
    const isRemote = /^https?:\/\//.test(source);
    const local = source === '-' ? app.stdin : isRemote ? undefined : await openFile(app, source);
    const response = await app.client().request({
      method: 'POST',
      path: '/images/create',
      query: {
        fromSrc: isRemote ? source : '-',
        repo: reference,
        message: values.message,
        platform: values.platform,
        changes: values.change,
      },
      ...(local === undefined ? {} : { body: local, headers: { 'Content-Type': 'application/x-tar' } }),
    });
    await showProgress(response, { output: app.stdout });
    return 0;
  },
});
