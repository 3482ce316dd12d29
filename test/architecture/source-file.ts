import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';

/** The checkout's top folder. */
export const checkout = fileURLToPath(new URL('../..', import.meta.url));

/** One TypeScript file as the rules see it; `path` is relative to the checkout (`src/volumes/name.ts`). */
export interface SourceFile {
  path: string;
  text: string;
}

/** Every TypeScript file beneath a top folder of the checkout. */
export function sourceFiles(folder: string): SourceFile[] {
  return readdirSync(join(checkout, folder), { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort()
    .map((path) => ({ path: relative(checkout, path), text: readFileSync(path, 'utf8') }));
}

/** Whether a file is part of the product, as opposed to the tests beside it. */
export function isProduct(file: SourceFile): boolean {
  return !file.path.endsWith('.test.ts') && !file.path.includes('/testsuite/');
}

/**
 * What a file imports, in the order written: static, dynamic, re-exported, and for types only (a type import ties two
 * folders together just as well).
 */
export function importsOf(file: SourceFile): string[] {
  const found: string[] = [];
  const visit = (node: ts.Node): void => {
    const specifier = importSpecifier(node);
    if (specifier !== undefined && ts.isStringLiteralLike(specifier)) found.push(specifier.text);
    ts.forEachChild(node, visit);
  };
  visit(parse(file));
  return found;
}

const parsed = new WeakMap<SourceFile, ts.SourceFile>();

/** The parsed file, for rules about what is declared in it. Parsed once, whatever the number of rules. */
export function parse(file: SourceFile): ts.SourceFile {
  const known = parsed.get(file) ?? ts.createSourceFile(file.path, file.text, ts.ScriptTarget.Latest, true);
  parsed.set(file, known);
  return known;
}

function importSpecifier(node: ts.Node): ts.Node | undefined {
  if (ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) return node.moduleSpecifier;
  if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)) return node.argument.literal;
  if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) return node.arguments[0];
  return undefined;
}
