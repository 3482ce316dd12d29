import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { HoldfastError } from '../errors/index.ts';
import { canonicalString, familiarString, joinReference, parseReference, withDefaultTag } from './reference.ts';

const digest = `sha256:${'a1'.repeat(32)}`;

describe('image references', () => {
  it.each([
    ['busybox', 'docker.io/library/busybox', 'busybox'],
    ['busybox:1', 'docker.io/library/busybox:1', 'busybox:1'],
    ['docker.io/library/busybox:1', 'docker.io/library/busybox:1', 'busybox:1'],
    ['index.docker.io/busybox', 'docker.io/library/busybox', 'busybox'],
    ['me/thing', 'docker.io/me/thing', 'me/thing'],
    ['docker.io/library/a/b', 'docker.io/library/a/b', 'library/a/b'],
    ['localhost/thing', 'localhost/thing', 'localhost/thing'],
    ['127.0.0.1:5000/pp/bb:v1', '127.0.0.1:5000/pp/bb:v1', '127.0.0.1:5000/pp/bb:v1'],
    ['[::1]:5000/bb', '[::1]:5000/bb', '[::1]:5000/bb'],
    ['Registry/thing', 'Registry/thing', 'Registry/thing'],
    [`busybox@${digest}`, `docker.io/library/busybox@${digest}`, `busybox@${digest}`],
    [`busybox:1@${digest}`, `docker.io/library/busybox@${digest}`, `busybox:1@${digest}`],
    ['a__b/c.d-e', 'docker.io/a__b/c.d-e', 'a__b/c.d-e'],
    ['docker.io/docker.io/thing', 'docker.io/docker.io/thing', 'docker.io/docker.io/thing'],
    ['docker.io/localhost/thing', 'docker.io/localhost/thing', 'docker.io/localhost/thing'],
    [`docker.io/${'a'.repeat(64)}`, `docker.io/library/${'a'.repeat(64)}`, `docker.io/library/${'a'.repeat(64)}`],
  ])('%s', (text, canonical, familiar) => {
    expect(canonicalString(parseReference(text))).toBe(canonical);
    expect(familiarString(parseReference(text))).toBe(familiar);
  });

  it.each([
    ['', 'invalid reference format'],
    [':1', 'invalid reference format'],
    ['a b', 'invalid reference format'],
    ['a..b', 'invalid reference format'],
    ['../../etc', 'invalid reference format'],
    ['a/-b', 'invalid reference format'],
    ['busybox:', 'invalid reference format'],
    [`busybox:${'t'.repeat(129)}`, 'invalid reference format'],
    ['BusyBox', 'invalid reference format: repository name (library/BusyBox) must be lowercase'],
    ['x.y/Foo:1', 'invalid reference format: repository name (Foo) must be lowercase'],
    ['a'.repeat(64), `invalid repository name (${'a'.repeat(64)}), cannot specify 64-byte hexadecimal strings`],
    [`x/${'a'.repeat(300)}`, 'repository name must not be more than 255 characters'],
    [`x@sha256:${'a'.repeat(63)}`, 'invalid checksum digest length'],
    [`x@md5:${'a'.repeat(32)}`, 'unsupported digest algorithm'],
  ])('refuses %s', (text, message) => {
    expect(() => parseReference(text)).toThrow(message);
  });

  it('joins the repository and tag parameters of the API', () => {
    expect(familiarString(joinReference('busybox', ''))).toBe('busybox');
    expect(familiarString(joinReference('busybox', '1'))).toBe('busybox:1');
    expect(familiarString(joinReference('busybox', digest))).toBe(`busybox@${digest}`);
    expect(() => joinReference('busybox', 'a/b')).toThrow('invalid tag format');
    expect(familiarString(withDefaultTag(parseReference('busybox')))).toBe('busybox:latest');
  });

  it('either refuses in words or round-trips, whatever the text', () => {
    const texts = fc.oneof(
      fc.string(),
      fc.stringMatching(/^[a-zA-Z0-9./:@_-]{0,80}$/),
      fc.constantFrom('a:b:c', 'a@b', `a@${digest}:x`),
    );
    fc.assert(
      fc.property(texts, (text) => {
        let canonical: string;
        try {
          canonical = canonicalString(parseReference(text));
        } catch (error) {
          expect(error).toBeInstanceOf(HoldfastError);
          return;
        }
        expect(canonicalString(parseReference(canonical))).toBe(canonical);
        expect(canonicalString(parseReference(familiarString(parseReference(text))))).toBe(canonical);
      }),
    );
  });
});
