import * as z from 'zod';
import { systemError } from '../errors/index.ts';
import type { Volume } from './volume.ts';

/** What of a volume is written beside its data: all that cannot be told from where it lies. */
export type VolumeRecord = Pick<Volume, 'name' | 'driver' | 'createdAt' | 'labels' | 'options'>;

const schemaVersion = 1;

/** As parsed, where z.record would leave out a label called `__proto__`. */
const map = z.custom<Record<string, string> | null>(
  (value) =>
    value === null ||
    (typeof value === 'object' &&
      !Array.isArray(value) &&
      Object.values(value).every((each) => typeof each === 'string')),
);
const schema = z.object({
  schemaVersion: z.literal(schemaVersion),
  name: z.string(),
  driver: z.string(),
  createdAt: z.string(),
  labels: map,
  options: map,
});

/** How every record begins, of whatever version. */
const recordStart = '{"schemaVersion":';

/** The text of a record; it ends in a newline, so that people can read it with `cat`. */
export function encodeRecord(record: VolumeRecord): string {
  const { name, driver, createdAt, labels, options } = record;
  return `${JSON.stringify({ schemaVersion, name, driver, createdAt, labels, options })}\n`;
}

/**
 * Whether a text that is no record is the beginning of one, as a power cut leaves it that came before the whole of it was on
 * disk: nothing, zeros, or less than all. Damage of another kind, such as an edit gone wrong, is not taken for that.
 */
export function isCutShort(text: string): boolean {
  if (/^\0*$/.test(text)) return true;
  return text.startsWith(recordStart.slice(0, text.length)) && !text.trimEnd().endsWith('}');
}

/**
 * Reads a record.
 * @throws system where it is damaged, or written by a newer version. Such a volume must not be taken for a plain one:
 * its data may be elsewhere, and prune would remove it.
 */
export function decodeRecord(text: string): VolumeRecord {
  const value = parseJson(text);
  const version = (value as { schemaVersion?: unknown } | null)?.schemaVersion;
  if (typeof version === 'number' && version > schemaVersion) {
    throw systemError(
      `its record has schemaVersion ${version}, and this version of holdfast reads up to ${schemaVersion}`,
    );
  }
  const record = schema.safeParse(value);
  if (!record.success) throw systemError('its record is damaged', record.error);
  const { name, driver, createdAt, labels, options } = record.data;
  return { name, driver, createdAt, labels, options };
}

const dockerSchema = z.object({
  MountType: z.string().optional(),
  MountOpts: z.string().optional(),
  MountDevice: z.string().optional(),
  Quota: z.object({ Size: z.number() }).partial().optional(),
});

/** Reads Docker's `opts.json` of a local volume as options. @throws system where it is damaged. */
export function decodeDockerOptions(text: string): Record<string, string> {
  const parsed = dockerSchema.safeParse(parseJson(text));
  if (!parsed.success) throw systemError('its opts.json is damaged', parsed.error);
  const { MountType = '', MountDevice = '', MountOpts = '', Quota } = parsed.data;
  const size = Quota?.Size ? String(Quota.Size) : '';
  const options = { type: MountType, device: MountDevice, o: MountOpts, size };
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== ''));
}

/** A time as volumes carry it: RFC 3339 in UTC, whole seconds. @param milliseconds since the epoch. */
export function formatCreatedAt(milliseconds: number): string {
  return new Date(milliseconds).toISOString().replace(/\.\d+Z$/, 'Z');
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw systemError('its record is not JSON', error);
  }
}
