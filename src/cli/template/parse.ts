import { parsePipeline } from './parse-pipeline.ts';
import { cutPieces, type Piece, syntaxError } from './scan.ts';
import type { Node, Position } from './syntax.ts';

/** Reads a template. @throws invalid-argument in the words of Go's text/template. */
export function parseTemplate(source: string): Node[] {
  return new BlockReader(cutPieces(source)).all();
}

const KEYWORD = /^(if|with|range|else|end|break|continue|define|block|template)(?=\s|\(|$)\s*/;

/** What ended a block: `end`, or `else` with what follows it. */
interface BlockEnd {
  word: 'end' | 'else';
  rest: string;
  at: Position;
}

class BlockReader {
  readonly #pieces: Piece[];
  #next = 0;

  constructor(pieces: Piece[]) {
    this.#pieces = pieces;
  }

  all(): Node[] {
    const { nodes, end } = this.#nodes();
    if (end !== undefined) throw syntaxError(end.at, `unexpected {{${end.word}}}`);
    return nodes;
  }

  /** Nodes up to an `end` or `else` that belongs to whoever asked. */
  #nodes(): { nodes: Node[]; end: BlockEnd | undefined } {
    const nodes: Node[] = [];
    for (let piece = this.#pieces[this.#next++]; piece !== undefined; piece = this.#pieces[this.#next++]) {
      if (piece.type === 'text') {
        if (piece.text !== '') nodes.push(piece);
        continue;
      }
      const word = KEYWORD.exec(piece.source);
      const rest = piece.source.slice(word?.[0].length ?? 0);
      const at = { line: piece.at.line, column: piece.at.column + (word?.[0].length ?? 0) };
      if (word?.[1] === 'end' || word?.[1] === 'else') return { nodes, end: { word: word[1], rest, at } };
      nodes.push(this.#action(word?.[1], rest, at));
    }
    return { nodes, end: undefined };
  }

  #action(word: string | undefined, rest: string, at: Position): Node {
    if (word === undefined) return { type: 'print', pipeline: parsePipeline(rest, at) };
    if (word === 'break' || word === 'continue') return { type: word };
    if (word === 'if' || word === 'with' || word === 'range') return this.#block(word, rest, at);
    throw syntaxError(at, `{{${word}}} is not supported here`);
  }

  #block(type: 'if' | 'with' | 'range', rest: string, at: Position): Node {
    if (rest === '') throw syntaxError(at, `missing value for ${type}`);
    const pipeline = parsePipeline(rest, at);
    const { nodes: body, end } = this.#nodes();
    if (end === undefined) throw syntaxError(at, 'unexpected EOF');
    return { type, pipeline, body, otherwise: end.word === 'else' ? this.#otherwise(end) : [] };
  }

  /** The rest after `else`: nodes up to `end`, or one `else if` (whose `end` closes the whole). */
  #otherwise({ rest, at }: BlockEnd): Node[] {
    const chained = /^(if|with)(?=\s|\()\s*/.exec(rest);
    if (chained !== null) {
      const moved = { line: at.line, column: at.column + chained[0].length };
      return [this.#block(chained[1] === 'if' ? 'if' : 'with', rest.slice(chained[0].length), moved)];
    }
    const { nodes, end } = this.#nodes();
    if (end === undefined) throw syntaxError(at, 'unexpected EOF');
    if (end.word === 'else') throw syntaxError(end.at, 'unexpected {{else}}');
    return nodes;
  }
}
