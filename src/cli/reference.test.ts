import { describe, expect, it } from 'vitest';
import { splitReference } from './reference.ts';

describe('splitReference', () => {
  it.each([
    ['alpine', 'docker.io/library/alpine', 'docker.io', '', ''],
    ['alpine:3.20', 'docker.io/library/alpine', 'docker.io', '3.20', ''],
    ['a/b', 'docker.io/a/b', 'docker.io', '', ''],
    ['localhost/b:x', 'localhost/b', 'localhost', 'x', ''],
    ['127.0.0.1:5000/a/b:1', '127.0.0.1:5000/a/b', '127.0.0.1:5000', '1', ''],
    ['reg.example.com/a', 'reg.example.com/a', 'reg.example.com', '', ''],
    [`a@sha256:${'0'.repeat(64)}`, 'docker.io/library/a', 'docker.io', '', `sha256:${'0'.repeat(64)}`],
    ['index.docker.io/a', 'docker.io/library/a', 'docker.io', '', ''],
  ])('%s', (...row) => {
    const [raw, fullName, registry, tag, digest] = row;
    expect(splitReference(raw)).toMatchObject({ fullName, registry, tag, digest });
  });

  it.each([
    ['', 'invalid reference format'],
    ['Foo', 'repository name (library/Foo) must be lowercase'],
    ['a:b:c', 'invalid reference format'],
    ['a@sha256:x', 'invalid reference format'],
    ['a b', 'invalid reference format'],
    ['0'.repeat(64), 'cannot specify 64-byte hexadecimal strings'],
  ])('refuses %j', (raw, words) => {
    expect(() => splitReference(raw)).toThrow(words);
  });
});
