import { defineCommand } from '../command.ts';
import { text } from '../flags/index.ts';
import { FORMAT_HELP } from '../format/format-help.ts';
import { type Listing, renderList } from '../format/listing.ts';
import { named } from '../object-path.ts';

/** One entry of GET /containers/{id}/changes. */
interface Change {
  Path: string;
  Kind: number;
}

const KINDS = ['C', 'A', 'D'];

const CHANGES: Listing<Change> = {
  typeName: 'diffContext',
  columns: {
    Type: { header: 'CHANGE TYPE', value: ({ Kind }) => KINDS[Kind] ?? '' },
    Path: { header: 'PATH', value: ({ Path }) => Path },
  },
  table: '{{.Type}}\t{{.Path}}',
  quiet: '{{.Path}}',
};

export const diff = defineCommand({
  usage: 'CONTAINER',
  details: 'Each line says what happened to a path since the image: C changed, A added, D deleted.',
  flags: { format: text(FORMAT_HELP, { hidden: true }) },
  args: { min: 1, max: 1 },
  completes: ['container'],
  async run({ app, values, args }) {
    const path = `${named('container', args[0] ?? '')}/changes`;
    const changes = (await app.client().json<Change[] | null>({ method: 'GET', path })) ?? [];
    app.stdout.write(renderList(CHANGES, changes, { format: values.format || '{{.Type}} {{.Path}}' }));
    return 0;
  },
});
