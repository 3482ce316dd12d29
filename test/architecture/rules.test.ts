import { describe, expect, test } from 'vitest';
import {
  fileLength,
  httpOnlyInServer,
  kernelOnlyInHost,
  lineCount,
  longestFile,
  medianLimit,
  noDefaultExport,
  type Rule,
  tellingNames,
} from './rules.ts';
import { isProduct, sourceFiles } from './source-file.ts';

const product = sourceFiles('src');
const everything = [...product, ...sourceFiles('test'), ...sourceFiles('bench')];

const breaks = (rule: Rule, path: string, text: string) => rule({ path, text }).length;

describe('every file keeps the rules', () => {
  test('length', () => {
    expect(everything.flatMap(fileLength)).toEqual([]);
  });

  test('half of the product files are short', () => {
    const lengths = product
      .filter(isProduct)
      .map(lineCount)
      .sort((a, b) => a - b);
    expect(lengths[Math.floor(lengths.length / 2)]).toBeLessThanOrEqual(medianLimit);
  });

  test.each([
    ['processes and system calls only in host', kernelOnlyInHost],
    ['HTTP status only in server', httpOnlyInServer],
    ['no default exports', noDefaultExport],
  ])('%s', (_name, rule) => {
    expect(product.flatMap(rule)).toEqual([]);
  });

  test('telling names', () => {
    expect(everything.flatMap(tellingNames)).toEqual([]);
  });
});

describe('the rules themselves', () => {
  test('length: one line too many', () => {
    expect(breaks(fileLength, 'src/a.ts', 'x;\n'.repeat(longestFile))).toBe(0);
    expect(breaks(fileLength, 'src/a.ts', 'x;\n'.repeat(longestFile + 1))).toBe(1);
  });

  test.each([
    ['src/volumes/a.ts', `import { execa } from 'execa';`, 1],
    ['src/runtime/a.ts', `import koffi from 'koffi';`, 1],
    ['src/cli/run.ts', `import { spawn } from 'node:child_process';`, 1],
    ['src/cli/start-daemon.ts', `import { spawn } from 'node:child_process';`, 0],
    ['src/host/a.ts', `import koffi from 'koffi';`, 0],
    ['src/volumes/a.test.ts', `import { execFileSync } from 'node:child_process';`, 0],
  ])('processes: %s with %s', (path, text, count) => {
    expect(breaks(kernelOnlyInHost, path, text)).toBe(count);
  });

  test.each([
    ['src/containers/a.ts', 'reply.status(404);', 1],
    ['src/containers/a.ts', 'if (answer.statusCode === 409) return;', 1],
    ['src/containers/a.ts', 'const result = { StatusCode: 137 };', 0],
    ['src/server/status.ts', 'const status = 404;', 0],
  ])('HTTP: %s with %s', (path, text, count) => {
    expect(breaks(httpOnlyInServer, path, text)).toBe(count);
  });

  test.each([
    ['src/volumes/utils.ts', '', 1],
    ['src/volumes/path-helpers.ts', '', 1],
    ['src/volumes/store.ts', 'export class VolumeManager {}', 1],
    ['src/volumes/store.ts', 'export class VolumeStore {}', 0],
  ])('names: %s with %s', (path, text, count) => {
    expect(breaks(tellingNames, path, text)).toBe(count);
  });

  test.each([
    ['export default 1;', 1],
    ['export default function a() {}', 1],
    ['export default class A {}', 1],
    ['export const a = 1; export function b() {}', 0],
  ])('default exports: %s', (text, count) => {
    expect(breaks(noDefaultExport, 'src/a.ts', text)).toBe(count);
  });
});
