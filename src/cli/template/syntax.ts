/** Where something stands in a template, for messages: `line` from 1, `column` in characters from 0. */
export interface Position {
  line: number;
  column: number;
}

/** A value in an expression. `source` is how it was written. */
export type Operand = { at: Position; source: string } & (
  | { type: 'literal'; value: unknown }
  /** Fields of the dot: `.A.B`; of the dot itself where there are none. */
  | { type: 'field'; names: string[] }
  /** `$x.A`; `$` alone is the variable named ''. */
  | { type: 'variable'; name: string; names: string[] }
  | { type: 'function'; name: string }
  /** `(pipeline).A` */
  | { type: 'group'; pipeline: Pipeline; names: string[] }
);

/** `a b c`: a value, or something called with arguments. */
export interface Command {
  words: Operand[];
}

/** `$x := a | b c`: each command gets the result of the one before as its last argument. */
export interface Pipeline {
  declares: string[];
  assigns: boolean;
  commands: Command[];
}

/** An action with a body; `otherwise` is what stands after its `else`. */
export interface BlockNode {
  type: 'if' | 'with' | 'range';
  pipeline: Pipeline;
  body: Node[];
  otherwise: Node[];
}

export type Node =
  | { type: 'text'; text: string }
  | { type: 'print'; pipeline: Pipeline }
  | { type: 'break' }
  | { type: 'continue' }
  | BlockNode;
