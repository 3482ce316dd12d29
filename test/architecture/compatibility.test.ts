import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { regenerated } from '../compatibility/document.ts';
import { checkout } from './source-file.ts';

test('docs/compatibility.md says what the tests and the code say: else run npm run compatibility', async () => {
  const path = join(checkout, 'docs/compatibility.md');
  await expect(await regenerated(readFileSync(path, 'utf8'))).toMatchFileSnapshot(path);
});
