import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { dirname, join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { scratchFolder } from '../../testsuite/scratch.ts';
import { canonicalName, discover, discoverable } from './discovery.ts';

function write(path: string, content: string): string {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, content);
  return path;
}

async function socketAt(path: string): Promise<void> {
  mkdirSync(dirname(path), { recursive: true });
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(path, resolve));
  onTestFinished(() => void server.close());
}

describe('plugins are found', () => {
  test('by socket, which wins over a spec', async () => {
    const folder = scratchFolder();
    const other = scratchFolder();
    await socketAt(join(folder, 'plain.sock'));
    await socketAt(join(other, 'nested', 'nested.sock'));
    write(join(folder, 'nested.spec'), 'tcp://127.0.0.1:1');
    write(join(folder, 'fake.sock'), 'no socket');
    expect(discover('plain', [other, folder])).toEqual({ socketPath: join(folder, 'plain.sock') });
    expect(discover('nested', [folder, other])).toEqual({ socketPath: join(other, 'nested', 'nested.sock') });
    expect(discover('fake', [folder])).toBeUndefined();
    expect(discoverable([folder, other, '/no/such/folder'])).toEqual(['fake', 'nested', 'plain']);
  });

  test('by spec, of the first folder that has one', () => {
    const folder = scratchFolder();
    const other = scratchFolder();
    write(join(folder, 'one.spec'), 'unix:///run/one.sock\n');
    write(join(other, 'one.spec'), 'unix:///run/other.sock\n');
    write(join(other, 'two', 'two.spec'), 'tcp://127.0.0.1:99');
    write(join(other, 'three.json'), '{"Name": "three", "addr": "https://[::1]:99"}');
    expect(discover('one', [folder, other])).toEqual({ socketPath: '/run/one.sock' });
    expect(discover('two', [folder, other])).toEqual({ url: new URL('http://127.0.0.1:99') });
    expect(discover('three', [folder, other])).toEqual({ url: new URL('https://[::1]:99') });
  });

  test('by JSON with certificates', () => {
    const folder = scratchFolder();
    const CAFile = write(join(folder, 'ca.pem'), 'ca');
    const json = { Name: 'safe', Addr: 'tcp://127.0.0.1:99', TLSConfig: { InsecureSkipVerify: true, CAFile } };
    write(join(folder, 'safe', 'safe.json'), JSON.stringify(json));
    expect(discover('safe', [folder])).toEqual({
      url: new URL('https://127.0.0.1:99'),
      tls: { ca: Buffer.from('ca'), rejectUnauthorized: false },
    });
  });

  test.each(['127.0.0.1:99', '', 'unix://relative.sock', 'ftp://127.0.0.1'])('not by the spec %j', (text) => {
    const folder = scratchFolder();
    const path = write(join(folder, 'bad.spec'), text);
    expect(() => discover('bad', [folder])).toThrow(`${path} does not say where a plugin is`);
  });
});

describe('names of plugins', () => {
  test.each([
    ['p', 'p'],
    ['p:latest', 'p'],
    ['my-plugin_1.0', 'my-plugin_1.0'],
    ['../p', undefined],
    ['a/p', undefined],
    ['', undefined],
    ['.p', undefined],
    ['p:next', undefined],
    ['p\0', undefined],
  ])('%j is %j', (name, canonical) => {
    expect(canonicalName(name)).toBe(canonical);
  });
});
