import { named } from '../object-path.ts';

/** Holdfast's own path of a volume, or below it; a plugin's volume may have slashes in its name. @throws invalid-argument for an empty name. */
export const ownVolume = (name: string, operation = ''): string =>
  `/holdfast/v1${named('volume', name.replaceAll('/', '%2F'))}${operation === '' ? '' : `/${operation}`}`;
