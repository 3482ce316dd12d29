import { invalidArgument } from '../errors/index.ts';

const lastPort = 65_535;

/**
 * Reads the values of a `publish` or `expose` filter, each `port[-port][/proto]`.
 * @returns a test for ports as configurations name them, such as "80/tcp".
 * @throws invalid-argument for a value that is none.
 */
export function portMatcher(key: string, values: readonly string[]): (port: string) => boolean {
  const ranges = values.map((value) => rangeOf(key, value));
  return (port) => {
    const [number = '', protocol = 'tcp'] = port.split('/');
    return ranges.some((range) => range.protocol === protocol && range.first <= +number && +number <= range.last);
  };
}

interface PortRange {
  first: number;
  last: number;
  protocol: string;
}

function rangeOf(key: string, value: string): PortRange {
  if (value.includes(':')) throw invalidArgument(`filter for '${key}' should not contain ':': ${value}`);
  const match = /^(\d+)(?:-(\d+))?(?:\/(\w+))?$/.exec(value);
  const first = Number(match?.[1]);
  const last = Number(match?.[2] ?? match?.[1]);
  if (match === null || last > lastPort || first > last) {
    throw invalidArgument(`error while looking up for ${key} ${value}: invalid port range`);
  }
  return { first, last, protocol: (match[3] ?? 'tcp').toLowerCase() };
}
