import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { setImmediate as others } from 'node:timers/promises';
import { Rounds } from '../../async/index.ts';
import { messageOf, systemError } from '../../errors/index.ts';
import { run } from '../../host/index.ts';
import { type FilteredBridge, type Forward, firewallRules } from './rules.ts';

/** What the packet filter is to let through at present. */
export interface FirewallState {
  bridges: readonly FilteredBridge[];
  forwards: readonly Forward[];
}

/** How long the table is trusted to be as it was written, in milliseconds: others may flush the packet filter. */
const trustedMs = 30_000;

/**
 * Keeps the engine's table in the packet filter equal to what the engine knows. The table is written whole each time, so that
 * nothing of an earlier state, or of an earlier daemon, can stay behind; changes that come together are one.
 */
export class Firewall {
  readonly #table: string;
  readonly #mark: string;
  readonly #state: () => FirewallState;
  readonly #rounds = new Rounds(() => this.#write());
  #written = { rules: '', at: 0 };

  /**
   * @param options.table its name in nftables; `state` is asked whenever the table is written; `mark` is a file, below the
   * exec root, that is there as long as the table may be
   */
  constructor({ table, mark, state }: { table: string; mark: string; state: () => FirewallState }) {
    this.#table = table;
    this.#mark = mark;
    this.#state = state;
  }

  /** An engine of this boot, this one or an earlier one, may have left the table. */
  get mayBeThere(): boolean {
    return existsSync(this.#mark);
  }

  /** Resolves once everything known before this call is in force. @throws system with what nft(8) says */
  update(): Promise<void> {
    return this.#rounds.run();
  }

  async #write(): Promise<void> {
    // Those who come within this moment, as starts of many containers do, share the call.
    await others();
    const { bridges, forwards } = this.#state();
    const rules =
      bridges.length === 0
        ? `table inet ${this.#table}\ndelete table inet ${this.#table}\n`
        : firewallRules(this.#table, bridges, forwards);
    if (rules === this.#written.rules && Date.now() - this.#written.at < trustedMs) return;
    try {
      if (bridges.length > 0) writeFileSync(this.#mark, '');
      await run(['nft', '-f', '-'], { input: rules });
      this.#written = { rules, at: Date.now() };
      if (bridges.length === 0) rmSync(this.#mark, { force: true });
    } catch (error) {
      throw systemError(`cannot set the packet filter's rules: ${messageOf(error)}`, error);
    }
  }
}
