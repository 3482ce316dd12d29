import type { Listing } from '../format/listing.ts';
import { humanSize } from '../format/units.ts';

/** GET /holdfast/v1/volume-activity: bytes since the start of each container. */
export interface Activity {
  at: string;
  volumes: Array<{
    name: string;
    size: number | null;
    sizeAt: string | null;
    limit: number | null;
    users: Array<{ id: string; name: string; readWrite: boolean; read: number; written: number }>;
  }>;
}

/** A volume between two readings; rates in bytes per second, undefined where there is only one reading. */
export interface TopRow {
  name: string;
  size: number | null;
  limit: number | null;
  growth: number | undefined;
  users: Array<{ name: string; readWrite: boolean; read: number; written: number }>;
}

const UNKNOWN = '-';

const rate = (bytes: number): string => `${bytes < 0 ? '-' : ''}${humanSize(Math.abs(bytes), 3)}/s`;
const total = (users: TopRow['users'], of: 'read' | 'written'): number =>
  users.reduce((sum, user) => sum + user[of], 0);

/** What `volume top` shows. */
export const TOP: Listing<TopRow> = {
  typeName: 'volumeTopContext',
  columns: {
    Growth: { header: 'GROWTH', value: ({ growth }) => (growth === undefined ? UNKNOWN : rate(growth)) },
    Limit: { header: 'LIMIT', value: ({ limit }) => (limit === null ? UNKNOWN : humanSize(limit)) },
    Name: { header: 'VOLUME NAME', value: ({ name }) => name },
    Read: { header: 'READ', value: ({ users }) => rate(total(users, 'read')) },
    Size: { header: 'SIZE', value: ({ size }) => (size === null ? UNKNOWN : humanSize(size)) },
    Users: {
      header: 'USED BY',
      value: ({ users }, { truncate }) => {
        const shown = truncate ? users.slice(0, 3) : users;
        const more = users.length - shown.length;
        return [...shown.map(userText), ...(more === 0 ? [] : [`+${more}`])].join(', ');
      },
    },
    Written: { header: 'WRITTEN', value: ({ users }) => rate(total(users, 'written')) },
  },
  table: '{{.Name}}\t{{.Size}}\t{{.Limit}}\t{{.Growth}}\t{{.Read}}\t{{.Written}}\t{{.Users}}',
  quiet: '{{.Name}}',
};

/** A user that only reads cannot have made it grow. */
const userText = ({ name, readWrite, written }: TopRow['users'][number]): string =>
  readWrite ? `${name} ${rate(written)}` : `${name} (read-only)`;

/** What went on between two readings, busiest first. A container that started in between has a rate of all it did. */
export function rowsBetween(before: Activity, now: Activity): TopRow[] {
  const seconds = Math.max((Date.parse(now.at) - Date.parse(before.at)) / 1000, 0.001);
  const rows = now.volumes.map((volume) => {
    const earlier = before.volumes.find(({ name }) => name === volume.name);
    const users = volume.users.map(({ id, name, readWrite, read, written }) => {
      const old = earlier?.users.find((user) => user.id === id);
      // Counters of processes go down where one has ended.
      const per = (value: number, past = 0) => Math.max(value - past, 0) / seconds;
      return { name, readWrite, read: per(read, old?.read), written: per(written, old?.written) };
    });
    return { name: volume.name, size: volume.size, limit: volume.limit, growth: growthOf(earlier, volume), users };
  });
  return rows.toSorted((a, b) => total(b.users, 'written') - total(a.users, 'written') || (a.name < b.name ? -1 : 1));
}

type Sized = Activity['volumes'][number];

/** Undefined until there are two figures: where the file system keeps no counters, one comes every minute or so. */
function growthOf(before: Sized | undefined, now: Sized): number | undefined {
  if (!before || before.size === null || before.sizeAt === null || now.size === null || now.sizeAt === null) {
    return undefined;
  }
  const seconds = (Date.parse(now.sizeAt) - Date.parse(before.sizeAt)) / 1000;
  return seconds > 0 ? (now.size - before.size) / seconds : undefined;
}
