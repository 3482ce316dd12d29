import { say } from '../app.ts';
import { defineCommand } from '../command.ts';
import { list } from '../flags/index.ts';
import { labelMap } from '../format/labels.ts';
import { followWork } from '../progress/follow-work.ts';
import { ownVolume } from './own-path.ts';
import { freezeFlags, freezeOf } from './snapshot/freeze-flags.ts';

export const clone = defineCommand({
  usage: '[OPTIONS] VOLUME[@SNAPSHOT] NEW',
  details:
    'A new volume with the data of another, or of a snapshot of it; from then on they have nothing to do with each other.\nOf the labels it has those that are given here. Containers that use VOLUME are frozen meanwhile, as for a snapshot.',
  flags: { ...freezeFlags, label: list('Label for the new volume, KEY or KEY=VALUE') },
  args: { min: 2, max: 2 },
  completes: ['volume'],
  examples: [{ what: 'Try an upgrade on a copy', command: 'holdfast volume clone db@before-upgrade db-test' }],
  async run({ app, values, args: [source = '', to = ''] }) {
    const [volume = '', snapshot = ''] = source.split(/@(.*)/s);
    const body = { to, snapshot, labels: labelMap(values.label), ...freezeOf(values) };
    const request = { method: 'POST', path: ownVolume(volume, 'clone'), body } as const;
    const { name } = await followWork<{ name: string }>(app, request, { what: 'Copying' });
    say(app, name);
    return 0;
  },
});
