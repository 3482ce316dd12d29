import type { RepositorySummary } from '../../wire/index.ts';
import { defineCommand } from '../command.ts';
import { text, toggle } from '../flags/index.ts';
import { FORMAT_HELP } from '../format/format-help.ts';
import { type Listing, renderList } from '../format/listing.ts';
import { goTimeOf } from '../format/time.ts';
import { backupsPath } from './paths.ts';

const REPOSITORIES: Listing<RepositorySummary> = {
  typeName: 'repositoryContext',
  columns: {
    CreatedAt: { header: 'ADDED AT', value: ({ createdAt }) => goTimeOf(createdAt) },
    Default: { header: 'DEFAULT', value: ({ isDefault }) => (isDefault ? '*' : '') },
    KeyFile: { header: 'KEY', value: ({ keyFile }) => keyFile },
    Location: { header: 'LOCATION', value: ({ location }) => location },
    Name: { header: 'NAME', value: ({ name }) => name },
  },
  table: '{{.Name}}\t{{.Default}}\t{{.Location}}\t{{.KeyFile}}',
  quiet: '{{.Name}}',
};

export const repoLs = defineCommand({
  usage: '[OPTIONS]',
  flags: { format: text(FORMAT_HELP), quiet: toggle('Show only names', { short: 'q' }) },
  args: { min: 0, max: 0 },
  async run({ app, values }) {
    const all = await app.client().json<RepositorySummary[]>({ method: 'GET', path: backupsPath('/repositories') });
    app.stdout.write(renderList(REPOSITORIES, all, { format: values.format, quiet: values.quiet }));
    return 0;
  },
});
