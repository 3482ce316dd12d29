import type { Emit, EngineEvent } from '../../wire/index.ts';
import type { HistoryContainer } from './history.ts';
import type { HistoryBook } from './history-book.ts';

/** Who is who among containers, for one who knows them only by their ids. */
export interface KnowsContainers {
  factsOf(id: string): HistoryContainer | undefined;
  volumesOf(id: string): ReadonlyArray<{ name: string; destination: string; readWrite: boolean }>;
}

/** After these the name is nobody's, or another volume's: the folder with the history has gone elsewhere, or for good. */
const departures = ['destroy', 'trash'];

/** What is told in other words: mounts as the times of a user. */
const notSteps = ['prune', 'mount', 'unmount', ...departures];

/**
 * Writes the history of volumes from the engine's events, so that whatever is done with a volume gets into it without
 * knowing of it. @returns what is to be called with every event.
 */
export function historyObserver(book: HistoryBook, containers: KnowsContainers): Emit {
  return (event) => {
    const at = new Date().toISOString();
    if (event.type === 'container' && event.action === 'create') noteReferences(book, containers, { id: event.id, at });
    if (event.type !== 'volume' || event.id === '') return;
    if (event.action === 'mount' || event.action === 'unmount') noteMount(book, containers, { event, at });
    // A name that is given anew has no past; one that comes from elsewhere brings its own, in its folder.
    if (event.action === 'rename') book.forget(event.attributes.from ?? '');
    if (departures.includes(event.action) || ['create', 'rename', 'restore'].includes(event.action))
      book.forget(event.id);
    if (!notSteps.includes(event.action)) noteStep(book, containers, { event, at });
  };
}

const known = (containers: KnowsContainers, id: string): HistoryContainer =>
  containers.factsOf(id) ?? { id, name: '', image: '', project: '', service: '' };

function noteReferences(book: HistoryBook, containers: KnowsContainers, { id, at }: { id: string; at: string }): void {
  const by = known(containers, id);
  for (const { name, destination, readWrite } of containers.volumesOf(id))
    book.note(name, { what: 'referred', at, by, destination, readWrite });
}

type Seen = { event: EngineEvent; at: string };

function noteMount(book: HistoryBook, containers: KnowsContainers, { event, at }: Seen): void {
  const { container = '', destination = '' } = event.attributes;
  const by = known(containers, container);
  if (event.action === 'unmount') book.note(event.id, { what: 'unmounted', at, by });
  else {
    const readWrite = event.attributes['read/write'] === 'true';
    book.note(event.id, { what: 'mounted', at, by, destination, readWrite });
  }
}

function noteStep(book: HistoryBook, containers: KnowsContainers, { event, at }: Seen): void {
  const { action, attributes, holder } = event;
  const createdFor = holder === undefined ? {} : { createdFor: known(containers, holder) };
  book.note(event.id, { what: 'step', at, action, attributes, ...createdFor });
}
