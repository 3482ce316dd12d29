import { invalidArgument } from '../../errors/index.ts';
import { say } from '../app.ts';
import { defineCommand } from '../command.ts';
import { forEachName } from '../each.ts';
import { text } from '../flags/index.ts';
import { named } from '../object-path.ts';
import { parseRestartPolicy } from '../run/lifecycle-flags.ts';
import { UPDATABLE_FLAGS, updatable } from '../run/resources.ts';

export const update = defineCommand({
  usage: '[OPTIONS] CONTAINER [CONTAINER...]',
  flags: { ...UPDATABLE_FLAGS, restart: text('Restart policy to apply when a container exits') },
  args: { min: 1 },
  completes: ['container'],
  async run({ app, values, given, args }) {
    if (given.size === 0) throw invalidArgument('you must provide one or more flags when using this command');
    const policy = values.restart === '' ? { Name: '', MaximumRetryCount: 0 } : parseRestartPolicy(values.restart);
    const body = {
      ...updatable(values),
      // Zero would mean "no limit" here, where not given means "as it is".
      PidsLimit: given.has('pids-limit') ? values['pids-limit'] : null,
      RestartPolicy: policy,
    };
    const warnings: string[] = [];
    const code = await forEachName(app, args, async (name) => {
      const path = `${named('container', name)}/update`;
      const answer = await app.client().json<{ Warnings: string[] | null }>({ method: 'POST', path, body });
      warnings.push(...(answer.Warnings ?? []));
      return name;
    });
    for (const warning of warnings) say(app, warning);
    return code;
  },
});
