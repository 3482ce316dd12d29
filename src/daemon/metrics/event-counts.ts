import type { Emit } from '../../wire/index.ts';
import type { Family } from './text-format.ts';

/** Counts what happens, from the engine's events: whatever raises one is counted without knowing of it. */
export class EventCounts {
  readonly #counts = new Map<string, { type: string; action: string; value: number }>();
  #freezes = 0;
  #frozenSeconds = 0;
  #longestSeconds = 0;

  /** An arrow, to be given away. */
  readonly observe: Emit = ({ type, action, attributes }) => {
    // What a health check or an exec ran is told behind a colon, and is always another.
    const [word = ''] = action.split(':');
    const key = `${type} ${word}`;
    const count = this.#counts.get(key) ?? { type, action: word, value: 0 };
    count.value += 1;
    this.#counts.set(key, count);
    if (attributes.frozenMs !== undefined) this.#noteFreeze(Number(attributes.frozenMs) / 1000);
  };

  #noteFreeze(seconds: number): void {
    if (!(seconds > 0)) return;
    this.#freezes += 1;
    this.#frozenSeconds += seconds;
    this.#longestSeconds = Math.max(this.#longestSeconds, seconds);
  }

  families(): Family[] {
    return [
      {
        name: 'holdfast_events_total',
        type: 'counter',
        help: 'Events since the daemon started.',
        samples: [...this.#counts.values()].map(({ type, action, value }) => ({ labels: { type, action }, value })),
      },
      {
        name: 'holdfast_freeze_seconds',
        type: 'summary',
        help: 'How long containers stood still for snapshots.',
        samples: [
          { suffix: '_sum', value: this.#frozenSeconds },
          { suffix: '_count', value: this.#freezes },
        ],
      },
      {
        name: 'holdfast_freeze_longest_seconds',
        type: 'gauge',
        help: 'The longest of them since the daemon started.',
        samples: [{ value: this.#longestSeconds }],
      },
    ];
  }
}
