import { expect, test } from 'vitest';
import { parseJsonSpec, parseSpec } from './address.ts';

test.each(['https://%', 'tcp://a b', 'tcp://host:99999', 'unix://relative', 'host:80', ''])(
  '%j is no address',
  (text) => {
    expect(() => parseSpec(text)).toThrow('is no address: write unix:///path/to.sock');
    expect(() => parseJsonSpec(JSON.stringify({ Addr: text }))).toThrow('is no address');
  },
);

test('a spec that is no JSON says so', () => {
  expect(() => parseJsonSpec('{')).toThrow('invalid JSON');
});
