import { resolve } from 'node:path';
import { say, warn } from '../app.ts';
import { defineCommand } from '../command.ts';
import { toggle } from '../flags/index.ts';

interface Adopted {
  name: string;
  how: 'rename' | 'copy' | 'skip';
  reason: string;
}

const words = { rename: 'moved', copy: 'copied', skip: 'skipped' } as const;

export const adopt = defineCommand({
  usage: '[OPTIONS] DIR [VOLUME...]',
  details:
    "Takes over the volumes of a stopped Docker: names, data, labels and options. DIR is Docker's data root, such as\n/var/lib/docker, or a copy of it. On the same file system volumes are renamed, which takes no time, and Docker has them no more;\nelse they are copied. A volume whose name is in use here is skipped.",
  flags: {
    copy: toggle('Copy, also where a rename would do'),
    'dry-run': toggle('Only say what would be done'),
    reverse: toggle('Give volumes back to Docker instead: those named, or all'),
  },
  args: { min: 1 },
  completes: ['file', 'volume'],
  examples: [
    { what: 'See what would be taken over, and do it', command: 'holdfast adopt --dry-run /var/lib/docker' },
    { what: 'Give one volume back', command: 'holdfast adopt --reverse /var/lib/docker db' },
  ],
  async run({ app, values, args: [directory = '', ...volumes] }) {
    const body = { root: resolve(app.cwd, directory), volumes, dryRun: values['dry-run'], copy: values.copy };
    const path = values.reverse ? '/holdfast/v1/release' : '/holdfast/v1/adopt';
    const { volumes: adopted } = await app.client().json<{ volumes: Adopted[] }>({ method: 'POST', path, body });
    const verb = values['dry-run'] ? 'would be ' : '';
    for (const { name, how, reason } of adopted) {
      if (how === 'skip') warn(app, `${name}: ${verb}${words.skip}: ${reason}`);
      else say(app, `${name}: ${verb}${words[how]}`);
    }
    return adopted.some(({ how }) => how === 'skip') ? 1 : 0;
  },
});
