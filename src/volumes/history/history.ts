import * as z from 'zod';

/*
 * What has happened to a volume, as much as is kept: who made it, who used it from when to when, and what was done with
 * it. Bounded, so that a volume of a thousand short containers has a history of the last ones, and the sum of all.
 */

const containerSchema = z.object({
  id: z.string(),
  name: z.string(),
  image: z.string(),
  /** Of Compose; "" where it belongs to none. */
  project: z.string(),
  service: z.string(),
});

const userSchema = containerSchema.extend({
  /** Where it had the volume last. */
  destination: z.string(),
  readWrite: z.boolean(),
  /** When it was created with the volume, or first seen with it. RFC 3339, as all times here. */
  since: z.string(),
  /** How often it was started with the volume. */
  starts: z.number(),
  /** null where it never ran. */
  lastStartedAt: z.string().nullable(),
  /** null while it runs, or where a crash kept it from being told. */
  lastEndedAt: z.string().nullable(),
});

const stepSchema = z.object({
  at: z.string(),
  /** An action of a volume's event: create, snapshot, backup, rename, restore, … */
  action: z.string(),
  attributes: z.record(z.string(), z.string()),
});

/** Version 1 of what `history.json` holds; also its shape in Holdfast's API. */
export const historySchema = z.object({
  schemaVersion: z.literal(1),
  /** The container that the volume was made for; null where a user made it, or it is older than its history. */
  createdFor: containerSchema.nullable(),
  /** When a container last had it mounted, or began to. null where none ever did. */
  lastUsedAt: z.string().nullable(),
  lastBackupAt: z.string().nullable(),
  /** The last containers, latest last. */
  users: z.array(userSchema),
  /** The last steps, latest last. */
  steps: z.array(stepSchema),
});

export type VolumeHistory = z.output<typeof historySchema>;
export type HistoryContainer = z.output<typeof containerSchema>;
type HistoryUser = VolumeHistory['users'][number];

const mostUsers = 20;
const mostSteps = 100;

export const freshHistory = (): VolumeHistory => ({
  schemaVersion: 1,
  createdFor: null,
  lastUsedAt: null,
  lastBackupAt: null,
  users: [],
  steps: [],
});

/** One thing to remember. */
export type Note =
  | { what: 'step'; at: string; action: string; attributes: Record<string, string>; createdFor?: HistoryContainer }
  | { what: 'referred'; at: string; by: HistoryContainer; destination: string; readWrite: boolean }
  | { what: 'mounted'; at: string; by: HistoryContainer; destination: string; readWrite: boolean }
  | { what: 'unmounted'; at: string; by: HistoryContainer };

/** Adds a note to a history. What is oldest goes where there is too much; that it was made, stays. */
export function remember(history: VolumeHistory, note: Note): void {
  if (note.what === 'step') {
    addStep(history, note);
    return;
  }
  if (history.createdFor?.id === note.by.id && note.by.name !== '') history.createdFor = note.by;
  const user = takeUser(history, note);
  if (note.what === 'unmounted') {
    user.lastEndedAt = note.at;
    history.lastUsedAt = note.at;
    return;
  }
  Object.assign(user, { destination: note.destination, readWrite: note.readWrite });
  if (note.what === 'mounted') {
    Object.assign(user, { starts: user.starts + 1, lastStartedAt: note.at, lastEndedAt: null });
    history.lastUsedAt = note.at;
  }
}

function addStep(history: VolumeHistory, { at, action, attributes, createdFor }: Note & { what: 'step' }): void {
  history.steps.push({ at, action, attributes });
  if (createdFor !== undefined) history.createdFor = createdFor;
  if (action === 'backup') history.lastBackupAt = at;
  if (history.steps.length <= mostSteps) return;
  const isFirst = history.steps[0]?.action === 'create';
  history.steps.splice(isFirst ? 1 : 0, 1);
}

/** The user that a note is about, as the latest; what was known of it before is kept where the note knows less. */
function takeUser(
  history: VolumeHistory,
  { at, by }: Note & { what: 'referred' | 'mounted' | 'unmounted' },
): HistoryUser {
  const index = history.users.findIndex(({ id }) => id === by.id);
  const known = index < 0 ? undefined : history.users.splice(index, 1)[0];
  const fresh = { destination: '', readWrite: true, since: at, starts: 0, lastStartedAt: null, lastEndedAt: null };
  const user: HistoryUser = { ...by, ...fresh, ...known };
  if (by.name !== '') Object.assign(user, by);
  history.users.push(user);
  if (history.users.length > mostUsers) history.users.shift();
  return user;
}
