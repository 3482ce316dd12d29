import ts from 'typescript';
import { importsOf, isProduct, parse, type SourceFile } from './source-file.ts';

/** No file is longer; what does more than one thing is split. */
export const longestFile = 300;

/** Half of the product's files are no longer than this. */
export const medianLimit = 150;

/** A rule: what in a file breaks it, one line each. */
export type Rule = (file: SourceFile) => string[];

export function lineCount(file: SourceFile): number {
  return file.text.replace(/\n$/, '').split('\n').length;
}

export const fileLength: Rule = (file) => {
  const lines = lineCount(file);
  return lines > longestFile ? [`${file.path} has ${lines} lines, more than ${longestFile}`] : [];
};

const onlyInHost = ['koffi', 'execa', 'node:child_process', 'child_process'];

/** The exceptions, which do without loading the engine: a command that finds no daemon starts one; Compose and ssh are run. */
const startOthers = ['src/cli/start-daemon.ts', 'src/cli/compose.ts', 'src/cli/volume/ssh.ts'];

/** Linux is touched in src/host alone: processes are started there, and the kernel is called there. */
export const kernelOnlyInHost: Rule = (file) => {
  if (!isProduct(file) || file.path.startsWith('src/host/')) return [];
  return importsOf(file)
    .filter((specifier) => onlyInHost.includes(specifier))
    .filter((specifier) => !(startOthers.includes(file.path) && specifier === 'node:child_process'))
    .map((specifier) => `${file.path} imports ${specifier}, which only src/host may`);
};

/** Both ends of a connection know HTTP, and in the engine only the server does. */
const speakHttp = ['src/server/', 'src/client/', 'src/cli/'];

export const httpOnlyInServer: Rule = (file) => {
  if (!isProduct(file) || speakHttp.some((folder) => file.path.startsWith(folder))) return [];
  const found = file.text.match(/\b(statusCode|httpStatus|status)\b\s*(\(|:|[!=]==?|=|[<>]=?)\s*[1-5]\d\d\b/g) ?? [];
  return found.map((text) => `${file.path} knows an HTTP status (${text}); errors carry a kind`);
};

const vagueWords = ['util', 'utils', 'helper', 'helpers', 'manager', 'managers'];

/** A file or class is named for what it does. */
export const tellingNames: Rule = (file) => {
  const words = file.path.replace(/\.ts$/, '').split(/[/.-]/);
  const vague = words.filter((word) => vagueWords.includes(word));
  const classes = declarations(file)
    .filter(ts.isClassDeclaration)
    .map((declaration) => declaration.name?.text ?? '')
    .filter((name) => /(Utils?|Helpers?|Managers?)$/.test(name));
  return [...vague, ...classes].map((name) => `${file.path}: "${name}" does not say what it does`);
};

export const noDefaultExport: Rule = (file) => {
  const found = declarations(file).some(
    (node) =>
      ts.isExportAssignment(node) ||
      (ts.canHaveModifiers(node) && node.modifiers?.some(({ kind }) => kind === ts.SyntaxKind.DefaultKeyword) === true),
  );
  return found ? [`${file.path} has a default export`] : [];
};

function declarations(file: SourceFile): ts.Statement[] {
  return [...parse(file).statements];
}
