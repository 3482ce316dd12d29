import { randomBytes } from 'node:crypto';
import { invalidArgument } from '../errors/index.ts';

/** The label, with an empty value, of a volume that was created without a name. */
export const anonymousLabel = 'com.docker.volume.anonymous';

/** Whether a volume was created without a name. */
export const isAnonymous = ({ labels }: { labels: Readonly<Record<string, string>> | null }): boolean =>
  labels?.[anonymousLabel] !== undefined;

/** A name for an anonymous volume: 64 lowercase hex digits. */
export const randomName = (): string => randomBytes(32).toString('hex');

/** Whether a name may come from {@link randomName}: one that nobody asked for, and nobody will ask for by accident. */
export const isRandomName = (name: string): boolean => /^[0-9a-f]{64}$/.test(name);

const allowed = '[a-zA-Z0-9][a-zA-Z0-9_.-]';
const wholeName = new RegExp(`^${allowed}+$`);
const folderName = new RegExp(`^${allowed}*$`);

/** Longest file name that Linux file systems take, in bytes (names are ASCII). */
const longestFileName = 255;

/**
 * Checks a name for the local driver; other drivers have their own rules.
 * @throws invalid-argument with Docker's words.
 */
export function checkName(name: string): void {
  if (name.length === 1) {
    throw invalidArgument('volume name is too short, names should be at least two alphanumeric characters');
  }
  if (!wholeName.test(name)) {
    throw invalidArgument(
      `${JSON.stringify(name)} includes invalid characters for a local volume name, only "${allowed}" are allowed. If you intended to pass a host directory, use absolute path`,
    );
  }
}

/**
 * Whether a volume's folder may be called so: no separator, no leading dot, nothing that leaves the volumes' root.
 * Wider than {@link checkName}, since a data root that is taken over may hold one-letter names.
 */
export const isFolderName = (name: string): boolean => name.length <= longestFileName && folderName.test(name);
