import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { HoldfastError } from '../errors/index.ts';
import { checkName, isFolderName, randomName } from './name.ts';

describe('names of local volumes', () => {
  test.each(['ab', 'A1', '0.', 'a_b-c.d', 'x'.repeat(300)])('%s is one', (name) => {
    expect(() => checkName(name)).not.toThrow();
  });

  test('one character is too short', () => {
    const message = 'volume name is too short, names should be at least two alphanumeric characters';
    expect(() => checkName('x')).toThrow(message);
  });

  test.each(['', '.ab', '-ab', '_ab', 'a b', 'a/b', '../ab', 'ab\n', 'äb'])('%j has the wrong characters', (name) => {
    expect(() => checkName(name)).toThrow('includes invalid characters for a local volume name, only "[a-zA-Z0-9]');
  });

  test('are refused in one way only, and what passes is one folder of the root', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.string({ unit: 'binary' })), (name) => {
        try {
          checkName(name);
        } catch (error) {
          expect(error).toBeInstanceOf(HoldfastError);
          return;
        }
        expect(name).not.toMatch(/[/\0]|^\.|^$/);
        expect(isFolderName(name)).toBe(true);
      }),
    );
  });

  test('made up for anonymous volumes are 64 hex digits, each another', () => {
    expect(randomName()).toMatch(/^[0-9a-f]{64}$/);
    expect(randomName()).not.toBe(randomName());
  });
});
