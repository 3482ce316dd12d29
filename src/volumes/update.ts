import { invalidArgument } from '../errors/index.ts';
import { isUpdater } from './capabilities.ts';
import type { Core } from './core.ts';
import { failedTo } from './operation-error.ts';
import { isProtected, protectLabel } from './protect.ts';
import { checkSnapshotLabels } from './snapshots/index.ts';
import type { Volume } from './volume.ts';

/** What is to change about a volume's labels: those to set, and the names of those to take away. */
export interface LabelChange {
  set: Readonly<Record<string, string>>;
  remove: readonly string[];
}

/**
 * Changes a volume's labels, durably; the caller holds the lock of its name. Taking away one that is not there is fine.
 * Raises `update` where something changed, and `protect` or `unprotect` where that is what it changed.
 * @throws not-found `update NAME: no such volume`; invalid-argument for a label without a name, or one both set and removed.
 */
export async function updateLabels(core: Core, name: string, change: LabelChange): Promise<Volume> {
  try {
    checkChange(change);
    const { volume: before, driver } = await core.store.require(name);
    const labels = changed(before.labels, change);
    if (isSame(before.labels, labels)) return before;
    if (!isUpdater(driver)) throw invalidArgument(`driver "${driver.name}" cannot change the labels of a volume`);
    checkSnapshotLabels(labels);
    const after = await driver.update(name, { labels });
    const attributes = { driver: driver.name };
    core.emit({ type: 'volume', action: 'update', id: name, attributes });
    if (isProtected(before) !== isProtected(after)) {
      core.emit({ type: 'volume', action: isProtected(after) ? 'protect' : 'unprotect', id: name, attributes });
    }
    return after;
  } catch (error) {
    throw failedTo('update', name, error);
  }
}

/** Protects a volume or no longer does, by its label; a volume that is so already stays as it is. */
export function setProtected(core: Core, name: string, wanted: boolean): Promise<Volume> {
  const change = wanted ? { set: { [protectLabel]: 'true' }, remove: [] } : { set: {}, remove: [protectLabel] };
  return updateLabels(core, name, change);
}

function checkChange({ set, remove }: LabelChange): void {
  const names = Object.keys(set);
  if (names.includes('') || remove.includes('')) throw invalidArgument('a label must have a name');
  const both = names.find((each) => remove.includes(each));
  if (both !== undefined) throw invalidArgument(`label ${both} cannot be both set and removed`);
}

function changed(before: Volume['labels'], { set, remove }: LabelChange): Volume['labels'] {
  const kept = Object.entries(before ?? {}).filter(([key]) => !remove.includes(key));
  const labels = Object.fromEntries([...kept, ...Object.entries(set)]);
  return before === null && Object.keys(labels).length === 0 ? null : labels;
}

function isSame(before: Volume['labels'], after: Volume['labels']): boolean {
  const entries = Object.entries(after ?? {});
  return (
    entries.length === Object.keys(before ?? {}).length && entries.every(([key, value]) => before?.[key] === value)
  );
}
