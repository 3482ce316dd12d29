import { invalidArgument } from '../../errors/index.ts';
import { say } from '../app.ts';
import { defineCommand } from '../command.ts';
import { SCRIPTS } from './scripts.ts';

export const completion = defineCommand({
  usage: 'bash|zsh|fish',
  details:
    'Prints a script that makes the shell complete commands, flags, and names of containers, volumes and images.',
  examples: [
    { what: 'For bash, in this session', command: 'source <(holdfast completion bash)' },
    { what: 'For zsh, for good', command: 'holdfast completion zsh > /usr/local/share/zsh/site-functions/_holdfast' },
    { what: 'For fish, for good', command: 'holdfast completion fish > ~/.config/fish/completions/holdfast.fish' },
  ],
  flags: {},
  args: { min: 1, max: 1 },
  async run({ app, args: [shell = ''] }) {
    const script = Object.hasOwn(SCRIPTS, shell) ? SCRIPTS[shell] : undefined;
    if (script === undefined)
      throw invalidArgument(`unsupported shell: ${shell} (one of ${Object.keys(SCRIPTS).join(', ')})`);
    say(app, script);
    return 0;
  },
});
