import ts from 'typescript';
import { parse, type SourceFile } from '../architecture/source-file.ts';

/** What a test is called: the number of the point that it is about ("13.4", or "24" where points have none), and what holds. */
export interface NumberedTitle {
  number: string;
  sentence: string;
}

/** The titles of `it` and `test` in a file that begin with a point's number, or with several: `17.3 and 18.2 …`. */
export function numberedTitles(file: SourceFile): NumberedTitle[] {
  return titlesOf(file).flatMap((title) => {
    const [numbers = ''] = /^(\d+(\.\d+)?(,| and)? )+/.exec(title) ?? [];
    const sentence = plain(title.slice(numbers.length));
    return (numbers.match(/\d+(\.\d+)?/g) ?? []).map((number) => ({ number, sentence }));
  });
}

/** What vitest puts in for each row of a table is left out of the sentence. */
function plain(words: string): string {
  return words
    .replace(/,? by \$name/g, '')
    .replace(/'?(%[a-z]|\$\w+)'?/g, '…')
    .replace(/([:,]? *…)+$/, '');
}

function titlesOf(file: SourceFile): string[] {
  const found: string[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isCallExpression(node) && ['it', 'test'].includes(calledName(node.expression))) {
      const [title] = node.arguments;
      if (title !== undefined && ts.isStringLiteralLike(title)) found.push(title.text);
    }
    ts.forEachChild(node, visit);
  };
  visit(parse(file));
  return found;
}

/** `it` of it(…), it.each(…)(…) and it.for(…)(…). */
function calledName(callee: ts.Expression): string {
  if (ts.isIdentifier(callee)) return callee.text;
  const inner = ts.isCallExpression(callee) ? callee.expression : undefined;
  return inner !== undefined && ts.isPropertyAccessExpression(inner) && ts.isIdentifier(inner.expression)
    ? inner.expression.text
    : '';
}
