import { invalidArgument } from '../../errors/index.ts';

/** The path of a pool, or below it. @throws invalid-argument for an empty name. */
export function poolPath(name: string, operation = ''): string {
  if (name === '') throw invalidArgument('invalid empty pool name');
  return `/holdfast/v1/pools/${name.replaceAll('/', '%2F')}${operation === '' ? '' : `/${operation}`}`;
}
