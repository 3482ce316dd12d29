import { expect, it } from 'vitest';
import { metricsText } from './text-format.ts';

it('writes families with help, type and labels, and escapes what would break a line', () => {
  const text = metricsText([
    {
      name: 'a_total',
      type: 'counter',
      help: 'Of\\a\nkind.',
      samples: [{ labels: { v: 'x"y\\z\n', w: '' }, value: 3 }],
    },
    { name: 'none', type: 'gauge', help: 'Has nothing to say.', samples: [] },
    {
      name: 'b',
      type: 'summary',
      help: 'Sums.',
      samples: [
        { suffix: '_sum', value: 0.5 },
        { suffix: '_count', value: 2 },
      ],
    },
  ]);
  expect(text).toBe(
    [
      '# HELP a_total Of\\\\a\\nkind.',
      '# TYPE a_total counter',
      'a_total{v="x\\"y\\\\z\\n",w=""} 3',
      '# HELP b Sums.',
      '# TYPE b summary',
      'b_sum 0.5',
      'b_count 2',
      '',
    ].join('\n'),
  );
});
