import type { VolumeSummary } from '../../wire/index.ts';
import type { Column, Listing } from '../format/listing.ts';
import { ago } from '../format/time.ts';
import { humanSize } from '../format/units.ts';
import { VOLUMES } from './listing.ts';
import type { VolumeView } from './view.ts';

/** A volume with what the engine sees of it; undefined for one that came between the two questions. */
export interface LongRow extends VolumeSummary {
  view: VolumeView | undefined;
}

const UNKNOWN = '-';
const NEVER = 'never';

const when = (time: string | null): string => (time === null ? NEVER : ago(Date.parse(time) / 1000));

const column = (header: string, value: (view: VolumeView, truncate: boolean) => string): Column<LongRow> => ({
  header,
  value: ({ view }, { truncate }) => (view === undefined ? UNKNOWN : value(view, truncate)),
});

const own: Record<string, Column<LongRow>> = {
  LastBackup: column('LAST BACKUP', ({ lastBackupAt }) => when(lastBackupAt)),
  LastUsed: column('LAST USED', ({ users, lastUsedAt }) =>
    users.some(({ running }) => running) ? 'in use' : when(lastUsedAt),
  ),
  Limit: column('LIMIT', ({ limit }) => (limit === null ? UNKNOWN : humanSize(limit))),
  Pool: column('POOL', ({ pool }) => pool || UNKNOWN),
  Protected: column('PROTECTED', (view) => (view.protected ? 'yes' : 'no')),
  Size: column('SIZE', ({ size }) => (size === null ? UNKNOWN : humanSize(size))),
  Users: column('USED BY', ({ users }, truncate) => userText(users, truncate)),
};

/** The first names, and how many more there are. */
function userText(users: VolumeView['users'], truncate: boolean): string {
  if (users.length === 0) return UNKNOWN;
  const shown = truncate ? users.slice(0, 2) : users;
  const more = users.length - shown.length;
  return [...shown.map(({ name }) => name), ...(more === 0 ? [] : [`+${more}`])].join(',');
}

/** What `volume ls --long` shows; each column can be named in --format too. */
export const LONG_VOLUMES: Listing<LongRow> = {
  ...VOLUMES,
  columns: { ...VOLUMES.columns, ...own },
  table:
    '{{.Name}}\t{{.Driver}}\t{{.Pool}}\t{{.Size}}\t{{.Limit}}\t{{.Users}}\t{{.LastUsed}}\t{{.LastBackup}}\t{{.Protected}}',
};

const ownField = new RegExp(`\\.(${Object.keys(own).join('|')})\\b`);

/** Whether a format shows what only the engine's own list tells. */
export const asksForViews = (format: string): boolean => ownField.test(format);
