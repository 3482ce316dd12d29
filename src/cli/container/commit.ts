import { say } from '../app.ts';
import { defineCommand } from '../command.ts';
import { list, text, toggle } from '../flags/index.ts';
import { splitReference } from '../reference.ts';

export const commit = defineCommand({
  usage: '[OPTIONS] CONTAINER [REPOSITORY[:TAG]]',
  details: 'What is in volumes is not part of the image.',
  flags: {
    author: text('Author, such as "Jane Doe <jane@example.com>"', { short: 'a' }),
    change: list('Dockerfile instruction to apply, such as "CMD ["sh"]"', { short: 'c' }),
    message: text('Commit message', { short: 'm' }),
    pause: toggle('Pause the container meanwhile', { short: 'p', initial: true }),
  },
  args: { min: 1, max: 2 },
  completes: ['container', 'image'],
  async run({ app, values, args: [container = '', reference = ''] }) {
    const { fullName, tag } = reference === '' ? { fullName: '', tag: '' } : splitReference(reference);
    const { Id } = await app.client().json<{ Id: string }>({
      method: 'POST',
      path: '/commit',
      query: {
        container,
        repo: fullName,
        tag,
        comment: values.message,
        author: values.author,
        changes: values.change,
        pause: values.pause ? undefined : '0',
      },
    });
    say(app, Id);
    return 0;
  },
});
