import { type ApiClient, encodeFilters, jsonLines } from '../../client/index.ts';
import { HoldfastError } from '../../errors/index.ts';
import type { EventMessage } from '../../wire/index.ts';
import type { ListedContainer } from '../container/listing.ts';
import { named } from '../object-path.ts';
import { figuresOf, type StatsMessage } from './figures.ts';
import type { StatsRow } from './listing.ts';

interface Watched {
  row: StatsRow;
  failure: string | undefined;
  over: boolean;
  answered: Promise<void>;
}

/** Follows the figures of containers: those named, or all that run and those that start meanwhile. */
export class StatsWatch {
  readonly #client: ApiClient;
  readonly #watched = new Map<string, Watched>();
  #followsAll = false;

  constructor(client: ApiClient) {
    this.#client = client;
  }

  /** Watches every container; new ones are found by their events, asked for before the list so that none is missed. */
  async addAll({ all, stream }: { all: boolean; stream: boolean }): Promise<void> {
    this.#followsAll = stream;
    if (stream) await this.#followEvents(all);
    const containers = await this.#client.json<ListedContainer[]>({
      method: 'GET',
      path: '/containers/json',
      query: { all },
    });
    for (const { Id } of containers) this.add(Id.slice(0, 12), { stream });
  }

  add(container: string, { stream }: { stream: boolean }): void {
    if (this.#watched.has(container)) return;
    const row: StatsRow = { container, id: '', name: '', figures: undefined };
    const watched: Watched = { row, failure: undefined, over: false, answered: Promise.resolve() };
    this.#watched.set(container, watched);
    watched.answered = new Promise((resolve) => void this.#follow(watched, { stream, resolve }));
  }

  async firstAnswers(): Promise<void> {
    await Promise.all([...this.#watched.values()].map(({ answered }) => answered));
  }

  failures(): string[] {
    return [...this.#watched.values()].flatMap(({ failure }) => failure ?? []);
  }

  rows(): StatsRow[] {
    return [...this.#watched.values()].filter(({ failure }) => failure === undefined).map(({ row }) => row);
  }

  /** Nothing is followed any more, nor will be. */
  isOver(): boolean {
    return !this.#followsAll && [...this.#watched.values()].every(({ over }) => over);
  }

  async #follow(watched: Watched, { stream, resolve }: { stream: boolean; resolve: () => void }): Promise<void> {
    const { row } = watched;
    try {
      // The engine sends `stream=0` after two readings, so that there is a share of CPU to tell.
      const query = { stream: stream ? '1' : '0' };
      const path = `${named('container', row.container)}/stats`;
      const response = await this.#client.request({ method: 'GET', path, query });
      for await (const message of jsonLines<StatsMessage>(response)) {
        row.id = message.id ?? row.id;
        row.name = (message.name ?? row.name).replace(/^\//, '');
        row.figures = figuresOf(message);
        resolve();
      }
      if (stream) row.figures = undefined;
    } catch (error) {
      if (!(error instanceof HoldfastError)) throw error;
      watched.failure = error.message;
    } finally {
      watched.over = true;
      resolve();
    }
  }

  async #followEvents(all: boolean): Promise<void> {
    const filters = encodeFilters(new Map([['type', ['container']]]));
    const events = await this.#client.request({ method: 'GET', path: '/events', query: { filters } });
    void this.#takeEvents(jsonLines<EventMessage>(events), all);
  }

  async #takeEvents(events: AsyncIterable<EventMessage>, all: boolean): Promise<void> {
    for await (const { Action, Actor } of events) {
      const container = Actor.ID.slice(0, 12);
      if (Action === 'start' || (all && Action === 'create')) {
        if (this.#watched.get(container)?.over === true) this.#watched.delete(container);
        this.add(container, { stream: true });
      } else if (Action === 'destroy' || (Action === 'die' && !all)) this.#watched.delete(container);
    }
  }
}
