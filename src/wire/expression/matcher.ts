import { invalidArgument } from '../../errors/index.ts';
import { ExpressionParser, type Node } from './syntax.ts';

/** What a state asks before the next one: nothing, a character, or a place. Targets are states' numbers. */
type State =
  | { kind: 'split'; targets: number[] }
  | { kind: 'char'; fits(char: string): boolean; target: number }
  | { kind: 'place'; fits(text: readonly string[], at: number): boolean; target: number }
  | { kind: 'end' };

/** Keeps the time of a match, and the memory of an expression, in bounds: Go has such a bound too. */
const mostSteps = 10_000;

/**
 * A regular expression as Go has them (RE2), found anywhere in a text. However it is written, matching takes time in
 * proportion to its length times the text's: no expression of a client can hold up the daemon.
 * @throws invalid-argument `error parsing regexp: …`, for look-around and back-references too, which RE2 has not
 */
export function linearMatcher(source: string): (text: string) => boolean {
  const program = new Program(new ExpressionParser(source).parse());
  return (text) => program.isIn([...text]);
}

class Program {
  readonly #states: State[] = [{ kind: 'end' }];
  readonly #start: number;
  #steps = 0;

  constructor(node: Node) {
    this.#start = this.#compile(node, 0);
  }

  /** Follows every way through the expression at once, character by character. */
  isIn(text: readonly string[]): boolean {
    let current = new Set<number>();
    for (let at = 0; ; at += 1) {
      current.add(this.#start);
      const reached = this.#closure(current, text, at);
      if (reached.has(0)) return true;
      const char = text[at];
      if (char === undefined) return false;
      current = new Set();
      for (const number of reached) {
        const state = this.#states[number];
        if (state?.kind === 'char' && state.fits(char)) current.add(state.target);
      }
    }
  }

  /** All states that are reached without another character; a set is walked through while it grows. */
  #closure(states: Set<number>, text: readonly string[], at: number): Set<number> {
    for (const number of states) {
      const state = this.#states[number];
      if (state?.kind === 'split') for (const target of state.targets) states.add(target);
      if (state?.kind === 'place' && state.fits(text, at)) states.add(state.target);
    }
    return states;
  }

  /** @returns the state that begins `node` and leads on to `next` */
  #compile(node: Node, next: number): number {
    this.#steps += 1;
    if (this.#steps > mostSteps) throw invalidArgument('error parsing regexp: expression too large');
    switch (node.kind) {
      case 'char':
      case 'place':
        return this.#add({ ...node, target: next });
      case 'sequence':
        return node.parts.reduceRight((target, part) => this.#compile(part, target), next);
      case 'choice':
        return this.#add({ kind: 'split', targets: node.parts.map((part) => this.#compile(part, next)) });
      case 'repeat':
        return this.#repeat(node, next);
    }
  }

  #repeat({ part, least, most }: Extract<Node, { kind: 'repeat' }>, next: number): number {
    let start = next;
    if (most === Number.POSITIVE_INFINITY) {
      const again: State = { kind: 'split', targets: [next] };
      start = this.#add(again);
      again.targets.push(this.#compile(part, start));
    } else {
      for (let count = least; count < most; count += 1) {
        start = this.#add({ kind: 'split', targets: [next, this.#compile(part, start)] });
      }
    }
    for (let count = 0; count < least; count += 1) start = this.#compile(part, start);
    return start;
  }

  #add(state: State): number {
    return this.#states.push(state) - 1;
  }
}
