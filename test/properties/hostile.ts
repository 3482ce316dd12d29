import fc from 'fast-check';
import { HoldfastError } from '../../src/errors/index.ts';

/**
 * How often each property is tried. HOLDFAST_PROPERTY_RUNS sets it, for a long search:
 * `HOLDFAST_PROPERTY_RUNS=1000000 npx vitest run test/properties --testTimeout 0`.
 */
export const runs = Number(process.env.HOLDFAST_PROPERTY_RUNS ?? 300);

/** Characters that some grammar gives a meaning to. */
const marks = [...':,=/.-_+*?!@#%$&|~^"\'`\\()[]{}<> \t\r\n\0', '..', '//', '::', '{{', '}}', 'é', '\ud800', '\u2028'];

/** Text made of a grammar's own words in any order, with marks and noise between them; and any text at all. */
export function hostileText(words: readonly string[]): fc.Arbitrary<string> {
  const piece = fc.oneof(
    { weight: 6, arbitrary: fc.constantFrom('', ...words) },
    { weight: 2, arbitrary: fc.constantFrom(...marks) },
    { weight: 1, arbitrary: fc.string({ maxLength: 3 }) },
    { weight: 1, arbitrary: fc.constantFrom('0', '1', '-1', '65536', '1e9', '9007199254740993', '9'.repeat(30)) },
  );
  return fc.oneof(
    { weight: 8, arbitrary: fc.array(piece, { maxLength: 12 }).map((pieces) => pieces.join('')) },
    { weight: 1, arbitrary: fc.string({ maxLength: 40 }) },
    { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 40 }) },
  );
}

/** Object keys that have tripped JavaScript programs before. */
const trickyKeys = ['__proto__', 'constructor', 'toString', 'hasOwnProperty', '', 'length'];

/** Any JSON value, whose keys are often ones that a schema knows, in any case. */
export function hostileJson(keys: readonly string[]): fc.Arbitrary<unknown> {
  const key = fc.oneof(
    fc.constantFrom('', ...keys),
    fc.constantFrom('', ...keys).map((name) => name.toUpperCase()),
    fc.constantFrom(...trickyKeys),
    fc.string({ maxLength: 5 }),
  );
  const { value } = fc.letrec<{ value: unknown }>((tie) => ({
    value: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      fc.constantFrom(null, true, false, 0, -1, 1.5, 2 ** 53, '', 'text', [], {}),
      fc.string({ maxLength: 6 }),
      fc.array(tie('value'), { maxLength: 4 }),
      // Through JSON, as a request's body comes, so that `__proto__` is a key as any other.
      fc.array(fc.tuple(key, tie('value')), { maxLength: 8 }).map(asObject),
    ),
  }));
  return value;
}

function asObject(entries: ReadonlyArray<[string, unknown]>): unknown {
  const members = entries.map(([name, value]) => `${JSON.stringify(name)}:${JSON.stringify(value)}`);
  return JSON.parse(`{${members.join(',')}}`);
}

/** Runs what may refuse its input. @returns the result, or the refusal. @throws whatever is no HoldfastError: a defect. */
export function tried<T>(action: () => T): { value: T } | { refused: HoldfastError } {
  try {
    return { value: action() };
  } catch (error) {
    if (error instanceof HoldfastError && error.message !== '') return { refused: error };
    throw error;
  }
}
