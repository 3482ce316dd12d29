import { isAbsolute } from 'node:path';
import * as z from 'zod';
import { invalidArgument } from '../../errors/index.ts';

/** What is written of a repository beside its key and its environment. */
export interface RepositoryRecord {
  name: string;
  /** As given; it may hold a password, and is masked wherever it is shown. */
  location: string;
  isDefault: boolean;
  /** The key was made here: nobody else has it unless somebody copied it. */
  keyIsOurs: boolean;
  /** RFC 3339. */
  createdAt: string;
  /** Recorded, but not yet known to be there: a crash came between, and the next use settles it. */
  isPending: boolean;
}

const schema = z.object({
  schemaVersion: z.literal(1),
  name: z.string(),
  location: z.string(),
  isDefault: z.boolean(),
  keyIsOurs: z.boolean(),
  createdAt: z.string(),
  isPending: z.boolean(),
});

export const encodeRepository = (record: RepositoryRecord): string =>
  `${JSON.stringify({ schemaVersion: 1, ...record })}\n`;

/** @throws ZodError or SyntaxError where it is damaged. */
export function decodeRepository(text: string): RepositoryRecord {
  const { schemaVersion: _, ...record } = schema.parse(JSON.parse(text));
  return record;
}

const namePattern = /^[a-zA-Z0-9][a-zA-Z0-9_.-]{0,63}$/;
const schemes = ['s3', 'sftp', 'rest', 'b2', 'azure', 'gs', 'swift', 'rclone'];

/** @throws invalid-argument for what could not be a folder's name everywhere. */
export function checkRepositoryName(name: string): void {
  if (namePattern.test(name)) return;
  throw invalidArgument(
    `invalid repository name ${JSON.stringify(name)}: letters, digits, "_", "." and "-", up to 64, the first a letter or digit`,
  );
}

/** @throws invalid-argument for a location that restic would read as something else than was meant. */
export function checkLocation(location: string): void {
  const [scheme = ''] = location.split(':');
  if (isAbsolute(location) || (location.includes(':') && schemes.includes(scheme))) return;
  throw invalidArgument(
    `invalid repository location ${JSON.stringify(location)}: an absolute path, or one of ${schemes.map((each) => `${each}:…`).join(', ')} as restic has them`,
  );
}
