import { setTimeout as delay } from 'node:timers/promises';
import { messageOf } from '../errors/index.ts';
import type { Log } from '../host/index.ts';

/** Milliseconds to wait before each further try. */
const pauses = [1000, 5000, 30_000];
const patienceMs = 10_000;

/** Calls a user's URL when there is an alarm: POST with JSON. What it does not take after some tries is logged and given up. */
export class Webhook {
  readonly #url: string;
  readonly #log: Log;
  readonly #pauses: readonly number[];
  readonly #closing = new AbortController();
  readonly #calls = new Set<Promise<void>>();

  constructor(options: { url: string; log: Log; pausesMs?: readonly number[] }) {
    this.#url = options.url;
    this.#log = options.log;
    this.#pauses = options.pausesMs ?? pauses;
  }

  /** Behind the caller's back: never throws and never waits. */
  send(alarm: object): void {
    const call = this.#deliver(JSON.stringify(alarm)).finally(() => this.#calls.delete(call));
    this.#calls.add(call);
  }

  /** Gives up what is still to be tried again. */
  async close(): Promise<void> {
    this.#closing.abort();
    await Promise.all(this.#calls);
  }

  async #deliver(body: string): Promise<void> {
    const { signal } = this.#closing;
    for (let tries = 0; ; tries++) {
      const failure = await this.#post(body);
      if (failure === undefined) return;
      const pause = this.#pauses[tries];
      if (pause === undefined || signal.aborted) {
        this.#log.error(
          { webhook: shown(this.#url), tries: tries + 1, reason: failure },
          'an alarm could not be delivered',
        );
        return;
      }
      // Cut short where the daemon ends: one more try then, and no other.
      await delay(pause, undefined, { signal, ref: false }).catch(() => {});
    }
  }

  /** @returns what went wrong, without the address, which may hold a secret. */
  async #post(body: string): Promise<string | undefined> {
    try {
      const signal = AbortSignal.timeout(patienceMs);
      const headers = { 'Content-Type': 'application/json' };
      const answer = await fetch(this.#url, { method: 'POST', headers, body, signal, redirect: 'manual' });
      return answer.ok ? undefined : `it answered ${answer.status}`;
    } catch (error) {
      const cause = error instanceof Error && error.cause !== undefined ? error.cause : error;
      return messageOf(cause).replaceAll(this.#url, shown(this.#url));
    }
  }
}

/** Chat services put the secret into the path, and others a password before the host: only the host is shown. */
function shown(url: string): string {
  try {
    const { protocol, host } = new URL(url);
    return `${protocol}//${host}/***`;
  } catch {
    // Not even a URL, and perhaps all of it is secret.
    return '***';
  }
}
