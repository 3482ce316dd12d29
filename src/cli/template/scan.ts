import { invalidArgument } from '../../errors/index.ts';
import type { Position } from './syntax.ts';

/** A piece of a template: literal text, or what stands between `{{` and `}}`. */
export type Piece = { type: 'text'; text: string } | { type: 'action'; source: string; at: Position };

/** A word of an action. `spaced` tells whether blanks came before it: `.A .B` are two values, `.A.B` is one. */
export interface Token {
  kind: 'field' | 'variable' | 'name' | 'string' | 'number' | 'sign';
  source: string;
  spaced: boolean;
  at: Position;
}

/** An error in the words of Go's parser, which docker shows as they are. */
export function syntaxError(at: Position, words: string): Error {
  return invalidArgument(`template: :${at.line}: ${words}`);
}

// Quoted text may hold "}}"; comments have no meaning.
const ACTION =
  /\{\{(- )?\s*((?:"(?:\\.|[^"\\\n])*"|`[^`]*`|'(?:\\.|[^'\\\n])*'|\/\*[\s\S]*?\*\/|(?!\}\})[^"`'])*?)\s*( -)?\}\}/y;

/** Cuts a template into text and actions; `{{-` and `-}}` take the white space beside them away. */
export function cutPieces(template: string): Piece[] {
  const pieces: Piece[] = [];
  let from = 0;
  let trimNext = false;
  for (;;) {
    const open = template.indexOf('{{', from);
    const textPart = template.slice(from, open === -1 ? undefined : open);
    if (open === -1) return [...pieces, textPiece(trimNext ? textPart.trimStart() : textPart)];
    ACTION.lastIndex = open;
    const match = ACTION.exec(template);
    if (match === null) throw syntaxError(positionOf(template, open), 'unclosed action');
    const shown = match[1] === undefined ? textPart : textPart.trimEnd();
    pieces.push(textPiece(trimNext ? shown.trimStart() : shown));
    const source = match[2] ?? '';
    const start = open + match[0].indexOf(source, 2);
    if (!source.startsWith('/*')) pieces.push({ type: 'action', source, at: positionOf(template, start) });
    trimNext = match[3] !== undefined;
    from = open + match[0].length;
  }
}

function textPiece(text: string): Piece {
  return { type: 'text', text };
}

function positionOf(template: string, offset: number): Position {
  const before = template.slice(0, offset);
  return { line: before.split('\n').length, column: offset - (before.lastIndexOf('\n') + 1) };
}

// Letters by their range: the tables behind \p{L} take longer to build than all the rest of a short command.
const TOKENS: [Token['kind'], RegExp][] = [
  ['string', /"(?:\\.|[^"\\\n])*"|`[^`]*`|'(?:\\.|[^'\\\n])*'/y],
  ['number', /[-+]?(?:0[xX][\da-fA-F]+|\d+(?:\.\d*)?(?:[eE][-+]?\d+)?)(?![\w.])/y],
  ['field', /\.[A-Za-z_\u0080-\uffff][\w\u0080-\uffff]*|\./y],
  ['variable', /\$[\w\u0080-\uffff]*/y],
  ['name', /[A-Za-z_\u0080-\uffff][\w\u0080-\uffff]*/y],
  ['sign', /:=|[=|(),]/y],
];

/** The words of an action. @throws invalid-argument at a character that starts none. */
export function tokenize(source: string, start: Position): Token[] {
  const tokens: Token[] = [];
  let offset = 0;
  while (offset < source.length) {
    const blank = /\s*/y;
    blank.lastIndex = offset;
    const skipped = blank.exec(source)?.[0].length ?? 0;
    offset += skipped;
    if (offset >= source.length) break;
    const at = { line: start.line, column: start.column + offset };
    const token = matchToken(source, offset);
    if (token === undefined) throw syntaxError(at, `unexpected ${JSON.stringify(source[offset])} in operand`);
    tokens.push({ ...token, spaced: skipped > 0 || tokens.length === 0, at });
    offset += token.source.length;
  }
  return tokens;
}

function matchToken(source: string, offset: number): { kind: Token['kind']; source: string } | undefined {
  for (const [kind, pattern] of TOKENS) {
    pattern.lastIndex = offset;
    const match = pattern.exec(source);
    if (match !== null) return { kind, source: match[0] };
  }
  return undefined;
}
