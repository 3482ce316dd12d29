import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { HoldfastError } from '../../errors/index.ts';
import { parseBind } from './bind.ts';
import { parseMode } from './mode.ts';

describe('the grammar of -v', () => {
  test.each([
    ['/data', { type: 'volume', name: '', destination: '/data', anonymous: true, mode: '', rw: true }],
    ['name:/data', { type: 'volume', name: 'name', destination: '/data', anonymous: false, noCopy: false }],
    ['name:/data:', { type: 'volume', name: 'name', mode: '' }],
    ['name:/data:ro,nocopy', { rw: false, noCopy: true, mode: 'ro,nocopy' }],
    ['name:/data:z,rw', { rw: true, mode: 'z,rw' }],
    ['/host:/data', { type: 'bind', source: '/host', createSource: true, propagation: 'rprivate' }],
    ['/host/:/data//x/../y/:ro,rslave', { source: '/host', destination: '/data/y', propagation: 'rslave', rw: false }],
    ['/host:/data:delegated', { mode: 'delegated', rw: true }],
    ['/host:\\data\\x', { destination: '/data/x' }],
    ['/h:/ro', { type: 'bind', source: '/h', destination: '/ro' }],
  ])('%s', (raw, expected) => {
    expect(parseBind(raw)).toMatchObject(expected);
  });

  test('gives a volume that has to be made its driver', () => {
    expect(parseBind('name:/data', 'plugin')).toMatchObject({ driver: 'plugin' });
    expect(parseBind('/host:/data', 'plugin').driver).toBe('');
  });

  test.each([
    ['', "invalid volume specification: ''"],
    [':/data', "invalid volume specification: ':/data'"],
    ['name:', "invalid volume specification: 'name:'"],
    ['/data:ro', "invalid volume specification: '/data:ro'"],
    ['a:/b:ro:x', "invalid volume specification: 'a:/b:ro:x'"],
    ['a:/b:ro:', "invalid volume specification: 'a:/b:ro:'"],
    ['a:/b:x', 'invalid mode: x'],
    ['a:/b:copy', 'invalid mode: copy'],
    ['a:/b:ro,rw', 'invalid mode: ro,rw'],
    ['a:/b:ro,', 'invalid mode: ro,'],
    ['a:b', "'a:b': invalid mount config for type \"volume\": invalid mount path: 'b' mount path must be absolute"],
    ['a:/', "'a:/': invalid mount config for type \"volume\": invalid specification: destination can't be '/'"],
    ['a::ro', 'field Target must not be empty'],
    ['a:/b:rslave', 'field BindOptions must not be specified'],
    ['/a:/b:nocopy', 'field VolumeOptions must not be specified'],
  ])('%j is refused, without a kind of its own as in Docker', (raw, message) => {
    const failure = attempt(() => parseBind(raw));
    expect(failure).toMatchObject({ kind: 'system', message: expect.stringContaining(message) });
  });

  test('takes or refuses whatever is written, and nothing else happens', () => {
    const word = fc.constantFrom('ro', 'rw', 'z', 'nocopy', 'rslave', '/', '/a', 'a', '..', ',', ':', '\\', '');
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.array(word, { maxLength: 9 }).map((words) => words.join('')),
        ),
        (raw) => {
          const outcome = attempt(() => parseBind(raw));
          if (outcome instanceof Error) {
            expect(outcome).toBeInstanceOf(HoldfastError);
            return;
          }
          const { destination, source, type } = outcome as ReturnType<typeof parseBind>;
          expect(destination).toMatch(/^\/./);
          expect(destination.split('/')).not.toContain('..');
          expect(source.startsWith('/')).toBe(type === 'bind');
          expect(JSON.parse(JSON.stringify(outcome))).toEqual(outcome);
        },
      ),
    );
  });
});

describe('a mode', () => {
  test('holds each group once, in any order', () => {
    const groups = [['ro', 'rw'], ['z', 'Z'], ['private', 'rshared'], ['nocopy'], ['cached', 'consistent']];
    const picks = fc.tuple(...groups.map((group) => fc.option(fc.constantFrom(...group), { nil: undefined })));
    fc.assert(
      fc.property(picks, fc.integer(), (picked, turn) => {
        const words = picked.filter((word) => word !== undefined);
        const turned = [...words.slice(turn % 5), ...words.slice(0, turn % 5)];
        expect(parseMode(turned.join(','))).toMatchObject({ readOnly: words.includes('ro') });
        for (const word of words) expect(parseMode([...words, word].join(','))).toBeUndefined();
      }),
    );
  });
});

function attempt(work: () => unknown): unknown {
  try {
    return work();
  } catch (error) {
    return error;
  }
}
