import { join } from 'node:path';
import { Validator } from '@seriousme/openapi-schema-validator';
import { describe, expect, test } from 'vitest';
import { inBraces, openApi } from '../../src/server/routes/holdfast/openapi.ts';
import { allRoutes } from '../../src/server/routes/index.ts';
import { memoryEngine } from '../../src/server/testsuite/memory-engine.ts';
import { checkout } from './source-file.ts';

const own = allRoutes(memoryEngine()).filter(({ path }) => path.startsWith('/holdfast/'));
const document = openApi(own);

describe('docs/openapi.json', () => {
  test('says what the routes say: else run npm run openapi', async () => {
    const text = `${JSON.stringify(document, null, 2)}\n`;
    await expect(text).toMatchFileSnapshot(join(checkout, 'docs/openapi.json'));
  });

  test('names every route below /holdfast/v1: each has an `about`', () => {
    const named = own.filter(({ method, path }) => document.paths[inBraces(path)]?.[method.toLowerCase()]);
    expect(named).toEqual(own);
  });

  test('is OpenAPI', async () => {
    // The validator follows references in the document that it is given.
    expect(await new Validator().validate(structuredClone(document))).toEqual({ valid: true });
  });

  test('calls no two operations the same', () => {
    const ids = Object.values(document.paths).flatMap((operations) =>
      Object.values(operations).map((operation) => (operation as { operationId: string }).operationId),
    );
    expect(ids.filter((id, index) => ids.indexOf(id) !== index)).toEqual([]);
  });
});
