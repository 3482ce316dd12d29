import ts from 'typescript';
import { parse, type SourceFile } from '../architecture/source-file.ts';

/** The command lines that a file of tests gives to a client. */
export interface ClientCalls {
  /** Each with its leading plain words: `volume create my_volume`. */
  commands: string[];
  /** Every flag that stands in the file, as written: `--mount`, `-v`. */
  flags: ReadonlySet<string>;
}

const methods = ['ok', 'run', 'binary', 'shellCommand'];

/** What a file runs with the stock client, alone or beside `holdfast`: all but what is called on a `holdfast`. */
export function stockCalls(file: SourceFile): ClientCalls {
  const commands: string[] = [];
  const flags = new Set<string>();
  const visit = (node: ts.Node): void => {
    if (ts.isStringLiteralLike(node)) {
      const flag = /^--?[a-z][a-z-]*/i.exec(node.text)?.[0];
      if (flag !== undefined) flags.add(flag);
    }
    const words = ts.isCallExpression(node) ? wordsOf(node) : [];
    if (words.length > 0) commands.push(words.join(' '));
    ts.forEachChild(node, visit);
  };
  visit(parse(file));
  return { commands, flags };
}

function wordsOf({ expression, arguments: given }: ts.CallExpression): string[] {
  if (!ts.isPropertyAccessExpression(expression) || !methods.includes(expression.name.text)) return [];
  if (expression.expression.getText().endsWith('holdfast')) return [];
  const [first] = given;
  return leadingWords(first !== undefined && ts.isArrayLiteralExpression(first) ? first.elements : given);
}

function leadingWords(elements: readonly ts.Expression[]): string[] {
  const words: string[] = [];
  for (const element of elements) {
    if (!ts.isStringLiteralLike(element)) break;
    words.push(element.text);
  }
  return words;
}
