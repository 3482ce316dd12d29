import { invalidArgument } from '../errors/index.ts';
import { checkFilterKeys, type Filters, hasLabels, textMatcher } from '../wire/index.ts';
import { isAnonymous } from './name.ts';
import { unusedForKey } from './unused.ts';
import type { Volume } from './volume.ts';

/** Whether a volume is among those asked for. */
export type VolumeTest = (volume: Volume) => boolean;

const all = (tests: readonly VolumeTest[]): VolumeTest => {
  return (volume) => tests.every((test) => test(volume));
};

/**
 * The filters of a list: `dangling`, `driver`, `label`, `name`; `unused-for` is another's to apply. Keys combine with AND.
 * @param isHeld tells whether any container refers to a volume.
 * @throws invalid-argument `invalid filter '…'` for another key, or a `dangling` that is neither true nor false.
 */
export function listFilter(filters: Filters, isHeld: (name: string) => boolean): VolumeTest {
  checkFilterKeys(filters, ['dangling', 'driver', 'label', 'name', unusedForKey]);
  const tests: VolumeTest[] = [];
  const dangling = danglingAsked(filters);
  if (dangling !== undefined) tests.push((volume) => isHeld(volume.name) !== dangling);
  const drivers = filters.get('driver');
  if (drivers !== undefined) tests.push((volume) => drivers.includes(volume.driver));
  const wanted = filters.get('label') ?? [];
  tests.push(({ labels }) => hasLabels(labels, wanted));
  const names = filters.get('name');
  if (names !== undefined) tests.push(nameTest(names));
  return all(tests);
}

/**
 * The filters of a prune: `label`, `label!`, `all`; `unused-for` is another's to apply.
 * @param options.all named volumes go as well, whatever the filters say: what prune meant before API 1.42.
 * @throws invalid-argument `invalid filter '…'` for another key, or an `all` that is no boolean.
 */
export function pruneFilter(filters: Filters, options: { all: boolean }): VolumeTest {
  checkFilterKeys(filters, ['all', 'label', 'label!', unusedForKey]);
  const tests: VolumeTest[] = [];
  if (!allAsked(filters) && !options.all) {
    tests.push(isAnonymous);
  }
  const wanted = filters.get('label') ?? [];
  tests.push(({ labels }) => hasLabels(labels, wanted));
  const unwanted = filters.get('label!');
  if (unwanted !== undefined) tests.push(({ labels }) => !hasLabels(labels, unwanted));
  return all(tests);
}

/** Exactly one of `names`, or a match of one as a regular expression anywhere in the name. */
function nameTest(names: readonly string[]): VolumeTest {
  const matches = textMatcher(names);
  return (volume) => matches(volume.name);
}

/** Undefined where it was not asked for. What is no answer is passed over, so long as there is just one answer beside it. */
function danglingAsked(filters: Filters): boolean | undefined {
  const values = filters.get('dangling');
  if (values === undefined || values.length === 0) return undefined;
  const yes = values.includes('true') || values.includes('1');
  const no = values.includes('false') || values.includes('0');
  if (yes === no) throw invalidValue('dangling', values);
  return yes;
}

/** One value, and one that Go's strconv.ParseBool takes. */
function allAsked(filters: Filters): boolean {
  const values = filters.get('all');
  if (values === undefined || values.length === 0) return false;
  const [value = '', ...others] = values;
  if (others.length > 0) throw invalidValue('all', values);
  if (/^(1|t|T|true|TRUE|True)$/.test(value)) return true;
  if (/^(0|f|F|false|FALSE|False)$/.test(value)) return false;
  throw invalidValue('all', values);
}

const invalidValue = (key: string, values: readonly string[]) =>
  invalidArgument(`invalid filter '${key}=[${values.join(' ')}]'`);
