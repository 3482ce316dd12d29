import { invalidArgument } from '../../errors/index.ts';
import { defineCommand } from '../command.ts';
import { toggle } from '../flags/index.ts';
import { parseCopyEnd } from './endpoint.ts';

export const cp = defineCommand({
  usage: ['[OPTIONS] CONTAINER:SRC_PATH DEST_PATH|-', '[OPTIONS] SRC_PATH|- CONTAINER:DEST_PATH'],
  details: [
    "'-' as the source reads a tar archive from standard input into a folder of the container;",
    "'-' as the destination writes one to standard output. A source that ends in /. means what is in the folder.",
    'The container need not run, and what is mounted in it is reached too: this copies into and out of volumes.',
  ].join('\n'),
  flags: {
    archive: toggle('Archive mode (copy all uid/gid information)', { short: 'a' }),
    'follow-link': toggle('Always follow symbol link in SRC_PATH', { short: 'L' }),
    quiet: toggle('Say nothing of what was copied (as where no terminal is attached)', { short: 'q' }),
  },
  args: { min: 2, max: 2 },
  completes: ['container-path'],
  examples: [
    { what: 'A file out of a container', command: 'holdfast cp web:/etc/nginx/nginx.conf .' },
    {
      what: 'What is in a folder, into a folder of a container',
      command: 'holdfast cp site/. web:/usr/share/nginx/html',
    },
    { what: 'A folder as an archive', command: 'holdfast cp db:/var/lib/mysql - > mysql.tar' },
  ],
  async run({ app, values, args: [from = '', to = ''] }) {
    const source = parseCopyEnd(from);
    const destination = parseCopyEnd(to);
    const quiet = values.quiet || app.stderr.isTTY !== true;
    const follow = values['follow-link'];
    if (source.kind === 'container' && destination.kind === 'container') {
      throw invalidArgument('copying between containers is not supported');
    }
    if (source.kind === 'container') {
      const { copyFromContainer } = await import('./from-container.ts');
      const local = destination.kind === 'local' ? destination.path : undefined;
      await copyFromContainer(app, { ...source, destination: local, follow, quiet });
    } else if (destination.kind === 'container') {
      const { copyToContainer } = await import('./to-container.ts');
      const local = source.kind === 'local' ? source.path : undefined;
      await copyToContainer(app, { ...destination, source: local, follow, keepOwners: values.archive, quiet });
    } else throw invalidArgument('must specify at least one container source');
    return 0;
  },
});
