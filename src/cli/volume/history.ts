import type { Listing } from '../format/listing.ts';
import { renderList } from '../format/listing.ts';
import { shortId } from '../format/truncate.ts';
import type { HistoryContainer, VolumeInspection } from './view.ts';

interface Row {
  at: string;
  what: string;
  details: string;
}

const HISTORY: Listing<Row> = {
  typeName: 'historyContext',
  columns: {
    Time: { header: 'TIME', value: ({ at }) => at },
    What: { header: 'WHAT', value: ({ what }) => what },
    Details: { header: 'DETAILS', value: ({ details }) => details },
  },
  table: '{{.Time}}\t{{.What}}\t{{.Details}}',
  quiet: '{{.What}}',
};

/** Tells what has happened to a volume, oldest first; a container's starts and ends are one line. */
export function historyText({ name, createdAt, history }: VolumeInspection): string {
  const rows = [...history.steps.map((step) => stepRow(step, history.createdFor)), ...history.users.map(userRow)];
  if (!history.steps.some(({ action }) => action === 'create'))
    rows.push({ at: createdAt, what: 'create', details: 'before its history was kept' });
  const sorted = rows.toSorted((a, b) => Date.parse(a.at) - Date.parse(b.at));
  return `History of ${name}\n${renderList(HISTORY, sorted, { format: '' }).trimEnd()}`;
}

function stepRow(
  { at, action, attributes }: VolumeInspection['history']['steps'][number],
  createdFor: HistoryContainer | null,
): Row {
  const known = Object.entries(attributes).filter(([key]) => key !== 'driver');
  const details = known.map(([key, value]) => `${key}=${value}`).join(' ');
  const isForContainer = action === 'create' && createdFor !== null;
  return { at: wholeSeconds(at), what: action, details: isForContainer ? `for ${described(createdFor)}` : details };
}

function userRow(user: VolumeInspection['history']['users'][number]): Row {
  const { since, destination, readWrite, starts, lastStartedAt, lastEndedAt } = user;
  const last =
    lastStartedAt === null
      ? ''
      : lastEndedAt === null
        ? `, last ${wholeSeconds(lastStartedAt)}, not ended`
        : `, last ${wholeSeconds(lastStartedAt)} to ${wholeSeconds(lastEndedAt)}`;
  const times = `started ${starts === 1 ? 'once' : `${starts} times`}`;
  const mount = `at ${destination || '?'}${readWrite ? '' : ' read-only'}`;
  return { at: wholeSeconds(since), what: 'used', details: `by ${described(user)} ${mount}, ${times}${last}` };
}

function described({ id, name, image, project, service }: HistoryContainer): string {
  if (name === '') return `container ${shortId(id)}`;
  const of = project === '' ? '' : `, ${service === '' ? 'of project' : `service ${service} of`} ${project}`;
  return `container ${name} (${image}${of})`;
}

const wholeSeconds = (time: string): string => time.replace(/\.\d+Z$/, 'Z');
