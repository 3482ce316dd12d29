import { HoldfastError, invalidArgument } from '../../errors/index.ts';
import { FUNCTIONS, type TemplateFunction } from './functions.ts';
import type { BlockNode, Command, Node, Operand, Pipeline, Position } from './syntax.ts';
import { isFields, isRecord, isTrue, memberOf, show, showNull } from './value.ts';

/** A loop left early. */
type Leave = 'break' | 'continue' | undefined;

/** Runs a template over `data`; `functions` go before the built-in ones. @throws invalid-argument in Go's words. */
export function executeTemplate(
  nodes: Node[],
  data: unknown,
  functions: Record<string, TemplateFunction> = {},
): string {
  const run = new Run(data, { ...FUNCTIONS, ...functions });
  run.nodes(nodes, data);
  return run.output;
}

class Run {
  output = '';
  readonly #functions: Record<string, TemplateFunction>;
  /** Innermost last: a block's variables end with it. */
  readonly #variables: { name: string; value: unknown }[];

  constructor(data: unknown, functions: Record<string, TemplateFunction>) {
    this.#variables = [{ name: '', value: data }];
    this.#functions = functions;
  }

  nodes(nodes: readonly Node[], dot: unknown): Leave {
    const depth = this.#variables.length;
    let leave: Leave;
    for (const node of nodes) {
      leave = this.#node(node, dot);
      if (leave !== undefined) break;
    }
    this.#variables.length = depth;
    return leave;
  }

  #node(node: Node, dot: unknown): Leave {
    if (node.type === 'text') this.output += node.text;
    else if (node.type === 'print') this.#print(node.pipeline, dot);
    else if (node.type === 'break' || node.type === 'continue') return node.type;
    else {
      const depth = this.#variables.length;
      const leave = node.type === 'range' ? this.#range(node, dot) : this.#choose(node, dot);
      this.#variables.length = depth;
      return leave;
    }
    return undefined;
  }

  #print(pipeline: Pipeline, dot: unknown): void {
    const value = this.#pipeline(pipeline, dot);
    if (pipeline.declares.length > 0) return;
    if (value === undefined) this.output += '<no value>';
    else this.output += value === null ? showNull(fieldOf(pipeline)) : show(value);
  }

  #choose(node: BlockNode, dot: unknown): Leave {
    const value = this.#pipeline(node.pipeline, dot);
    if (!isTrue(value)) return this.nodes(node.otherwise, dot);
    return this.nodes(node.body, node.type === 'with' ? value : dot);
  }

  #range(node: BlockNode, dot: unknown): Leave {
    const { declares, assigns, commands } = node.pipeline;
    const entries = entriesOf(this.#pipeline({ declares: [], assigns: false, commands }, dot));
    if (entries.length === 0) return this.nodes(node.otherwise, dot);
    for (const [key, value] of entries) {
      const depth = this.#variables.length;
      const values = declares.length === 1 ? [value] : [key, value];
      for (const [at, name] of declares.entries()) this.#store(name, values[at], assigns);
      const leave = this.nodes(node.body, value);
      this.#variables.length = depth;
      if (leave === 'break') break;
    }
    return undefined;
  }

  #pipeline(pipeline: Pipeline, dot: unknown): unknown {
    let value: unknown;
    for (const [at, command] of pipeline.commands.entries()) {
      value = this.#command(command, { dot, piped: at === 0 ? [] : [value] });
    }
    for (const name of pipeline.declares) this.#store(name, value, pipeline.assigns);
    return value;
  }

  #store(name: string, value: unknown, assigns: boolean): void {
    const known = assigns ? this.#variables.findLast((variable) => variable.name === name) : undefined;
    if (known !== undefined) known.value = value;
    else if (assigns) throw invalidArgument(`undefined variable: $${name}`);
    else this.#variables.push({ name, value });
  }

  #command(command: Command, { dot, piped }: { dot: unknown; piped: unknown[] }): unknown {
    const [head, ...rest] = command.words;
    if (head === undefined) return undefined;
    if (head.type === 'function') {
      const source = command.words.map((word) => word.source).join(' ');
      return located({ at: head.at, source }, () => this.#call(head.name, { rest, dot, piped }));
    }
    return located(head, () => {
      const value = this.#operand(head, dot);
      const args = [...rest.map((word) => this.#argument(word, dot)), ...piped];
      if (typeof value === 'function') return value(...args);
      if (args.length > 0) throw invalidArgument(`can't give argument to non-function ${head.source}`);
      return value;
    });
  }

  #call(name: string, { rest, dot, piped }: { rest: Operand[]; dot: unknown; piped: unknown[] }): unknown {
    if (name === 'and' || name === 'or') {
      let value: unknown;
      for (const argument of [
        ...rest.map((word) => () => this.#argument(word, dot)),
        ...piped.map((given) => () => given),
      ]) {
        value = argument();
        if (isTrue(value) === (name === 'or')) break;
      }
      return value;
    }
    const args = [...rest.map((word) => this.#argument(word, dot)), ...piped];
    try {
      return this.#functions[name]?.(...args);
    } catch (error) {
      throw error instanceof HoldfastError ? invalidArgument(`error calling ${name}: ${error.message}`) : error;
    }
  }

  #argument(word: Operand, dot: unknown): unknown {
    if (word.type === 'function') return this.#call(word.name, { rest: [], dot, piped: [] });
    const value = located(word, () => this.#operand(word, dot));
    return typeof value === 'function' ? value() : value;
  }

  #operand(word: Operand, dot: unknown): unknown {
    if (word.type === 'literal') return word.value;
    if (word.type === 'field') return word.names.reduce(follow, dot);
    if (word.type === 'group') return word.names.reduce(follow, this.#pipeline(word.pipeline, dot));
    if (word.type === 'function') return this.#call(word.name, { rest: [], dot, piped: [] });
    const known = this.#variables.findLast((variable) => variable.name === word.name);
    if (known === undefined) throw invalidArgument(`undefined variable: $${word.name}`);
    return word.names.reduce(follow, known.value);
  }
}

/** The field a pipeline prints, where it does nothing else. */
function fieldOf({ commands }: Pipeline): string {
  const [word] = commands.length === 1 ? (commands[0]?.words ?? []) : [];
  return word !== undefined && 'names' in word ? (word.names.at(-1) ?? '') : '';
}

/** One step of `.A.B`: a computed value in the middle is computed first. */
function follow(value: unknown, name: string): unknown {
  return memberOf(typeof value === 'function' ? value() : value, name);
}

function entriesOf(value: unknown): [unknown, unknown][] {
  if (Array.isArray(value)) return value.map((item, at) => [at, item]);
  if (typeof value === 'number') return Array.from({ length: value }, (_, at) => [at, at]);
  if (value === null || value === undefined) return [];
  if (isRecord(value) && !isFields(value))
    return Object.keys(value)
      .sort()
      .map((key) => [key, value[key]]);
  throw invalidArgument(`range can't iterate over ${show(value)}`);
}

/** Says where in the template an error came up; the innermost place wins. */
function located<T>({ at, source }: { at: Position; source: string }, evaluate: () => T): T {
  try {
    return evaluate();
  } catch (error) {
    if (!(error instanceof HoldfastError) || error.message.startsWith('template: ')) throw error;
    throw invalidArgument(`template: :${at.line}:${at.column}: executing "" at <${source}>: ${error.message}`);
  }
}
