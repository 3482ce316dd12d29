import { say } from '../app.ts';
import { defineCommand } from '../command.ts';
import { list } from '../flags/index.ts';
import { labelMap } from '../format/labels.ts';
import { ownVolume } from './own-path.ts';

export const update = defineCommand({
  usage: '[OPTIONS] VOLUME',
  details: 'Labels that are not named stay as they are. The volume may be in use.',
  flags: {
    label: list('Label to set, KEY or KEY=VALUE'),
    'label-rm': list('Name of a label to take away'),
  },
  args: { min: 1, max: 1 },
  completes: ['volume'],
  examples: [
    {
      what: 'Set one label and take another away',
      command: 'holdfast volume update --label tier=gold --label-rm old db',
    },
  ],
  async run({ app, values, args: [name = ''] }) {
    const body = { labels: labelMap(values.label), removeLabels: values['label-rm'] };
    await app.client().json({ method: 'PATCH', path: ownVolume(name), body });
    say(app, name);
    return 0;
  },
});
