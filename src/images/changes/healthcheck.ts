import { invalidArgument } from '../../errors/index.ts';
import { type ContainerConfig, parseDuration } from '../../wire/index.ts';
import { jsonWords } from './instructions.ts';

type Healthcheck = NonNullable<ContainerConfig['Healthcheck']>;

const durations = new Map<string, 'Interval' | 'Timeout' | 'StartPeriod' | 'StartInterval'>([
  ['interval', 'Interval'],
  ['timeout', 'Timeout'],
  ['start-period', 'StartPeriod'],
  ['start-interval', 'StartInterval'],
]);
const millisecond = 1_000_000n;

/**
 * Reads `NONE` or `[--interval=…] [--timeout=…] [--retries=…] CMD …` (Dockerfile reference, HEALTHCHECK).
 * @throws invalid-argument with the reason.
 */
export function parseHealthcheck(text: string): Healthcheck {
  const check: Healthcheck = { Test: null, Interval: 0, Timeout: 0, StartPeriod: 0, StartInterval: 0, Retries: 0 };
  let rest = text;
  for (
    let flag = /^--([a-z-]+)(?:=(\S*))?\s*/.exec(rest);
    flag !== null;
    flag = /^--([a-z-]+)(?:=(\S*))?\s*/.exec(rest)
  ) {
    setFlag(check, flag[1] ?? '', flag[2] ?? '');
    rest = rest.slice(flag[0].length);
  }
  const kind = rest.split(/\s/, 1)[0]?.toUpperCase() ?? '';
  const command = rest.slice(kind.length).trim();
  if (kind === 'NONE') {
    if (command !== '') throw invalidArgument('HEALTHCHECK NONE takes no arguments');
    return { ...check, Test: ['NONE'] };
  }
  if (kind !== 'CMD') throw invalidArgument(`Unknown type "${kind}" in HEALTHCHECK (try CMD)`);
  if (command === '') throw invalidArgument('Missing command after HEALTHCHECK CMD');
  const words = jsonWords(command);
  return { ...check, Test: words === undefined ? ['CMD-SHELL', command] : ['CMD', ...words] };
}

function setFlag(check: Healthcheck, name: string, value: string): void {
  const field = durations.get(name);
  if (field !== undefined) check[field] = checkedDuration(name, value);
  else if (name === 'retries') check.Retries = retries(value);
  else throw invalidArgument(`unknown flag: ${name}`);
}

function checkedDuration(name: string, value: string): number {
  const duration = parseDuration(value);
  if (duration < 0n || (duration > 0n && duration < millisecond)) {
    throw invalidArgument(`${name} "${value}" cannot be less than 1ms`);
  }
  return Number(duration);
}

function retries(value: string): number {
  if (!/^\d{1,9}$/.test(value)) throw invalidArgument(`--retries cannot be negative (${value})`);
  return Number(value);
}
