import { jsonLines } from '../../../client/index.ts';
import { systemError } from '../../../errors/index.ts';
import { say } from '../../app.ts';
import { defineCommand } from '../../command.ts';
import { text } from '../../flags/index.ts';
import { snapshotPath } from './listing.ts';

/** One line of the answer. */
interface Line {
  path: string;
  change: 'added' | 'changed' | 'deleted';
  aspects: string[];
  error?: { message: string };
}

const LETTERS = { added: 'A', changed: 'C', deleted: 'D' };

export const diff = defineCommand({
  usage: '[OPTIONS] VOLUME SNAPSHOT [SNAPSHOT]',
  details:
    'Until now, or until a second snapshot. A is added, C changed, D deleted; of what changed it says how. Files of the same\nsize and modification time count as the same.',
  flags: { format: text('"json" for one object a line') },
  args: { min: 2, max: 3 },
  completes: ['volume'],
  async run({ app, values, args: [volume = '', snapshot = '', until = ''] }) {
    const query = until === '' ? {} : { until };
    const body = await app.client().request({ method: 'GET', path: `${snapshotPath(volume, snapshot)}/diff`, query });
    for await (const line of jsonLines<Line>(body)) {
      if (line.error !== undefined) throw systemError(`Error response from daemon: ${line.error.message}`);
      const how = line.aspects.length === 0 ? '' : ` (${line.aspects.join(', ')})`;
      say(app, values.format === 'json' ? JSON.stringify(line) : `${LETTERS[line.change]} ${line.path}${how}`);
    }
    return 0;
  },
});
