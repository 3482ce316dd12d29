import { invalidArgument } from '../errors/index.ts';

/** An Engine API version such as "1.45", already checked to be one this engine speaks. */
export type ApiVersion = string;

/** The oldest and the newest API version this engine speaks; requests without a version get the newest. */
export const MIN_API_VERSION: ApiVersion = '1.24';
export const MAX_API_VERSION: ApiVersion = '1.50';

/** Orders two versions by their numbers: negative where `left` is older, 0 where both are the same. */
export function compareVersions(left: string, right: string): number {
  const theirs = right.split('.').map(Number);
  const difference = left
    .split('.')
    .map((part, index) => Number(part) - (theirs[index] ?? 0))
    .find((part) => part !== 0);
  return difference ?? left.split('.').length - theirs.length;
}

/** Tells whether `version` is `than` or newer; the way to ask for a feature that came with an API version. */
export const atLeast = (version: ApiVersion, than: string): boolean => compareVersions(version, than) >= 0;

/**
 * Checks the version of a request's path ("1.45", without the v).
 * @throws invalid-argument with Docker's words where it is older or newer than this engine speaks.
 */
export function parseApiVersion(raw: string): ApiVersion {
  if (!/^\d{1,9}(\.\d{1,9}){1,2}$/.test(raw)) throw invalidArgument(`invalid API version "${raw}"`);
  if (compareVersions(raw, MIN_API_VERSION) < 0) {
    throw invalidArgument(
      `client version ${raw} is too old. Minimum supported API version is ${MIN_API_VERSION}, please upgrade your client to a newer version`,
    );
  }
  if (compareVersions(raw, MAX_API_VERSION) > 0) {
    throw invalidArgument(`client version ${raw} is too new. Maximum supported API version is ${MAX_API_VERSION}`);
  }
  return raw;
}
