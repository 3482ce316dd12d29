import type { Emit } from '../wire/index.ts';
import type { ImageStore } from './store/image-store.ts';

/** Raises an event of an image: its labels and a name go with it, as Docker's. */
export function emitImage(
  context: { store: ImageStore; emit: Emit },
  action: string,
  { id, name }: { id: string; name: string },
): void {
  const record = context.store.catalog.get(id);
  const labels = record === undefined ? {} : labelsOf(context.store, record);
  context.emit({ type: 'image', action, id, attributes: { ...labels, name } });
}

function labelsOf(store: ImageStore, record: Parameters<ImageStore['details']['of']>[0]): Record<string, string> {
  try {
    return store.details.of(record).document.config.Labels;
  } catch {
    // A damaged image has its event all the same, without its labels.
    return {};
  }
}
