import { invalidArgument } from '../errors/index.ts';

const COLLECTIONS = { container: 'containers', volume: 'volumes', image: 'images', network: 'networks' } as const;
const CALLED = {
  container: 'container name or ID',
  volume: 'volume name or ID',
  image: 'image name or ID',
  network: 'network name or ID',
};

/**
 * The API's path of an object: /containers/NAME.
 * @throws invalid-argument for an empty name, which would address the whole collection.
 */
export function named(kind: keyof typeof COLLECTIONS, name: string): string {
  if (name.trim() === '') throw invalidArgument(`invalid ${CALLED[kind]}: value is empty`);
  return `/${COLLECTIONS[kind]}/${name.trim()}`;
}
