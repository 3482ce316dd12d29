import { invalidArgument } from '../../errors/index.ts';
import { duration, type FlagValues, integer, text, toggle } from '../flags/index.ts';

/** Flags that say how a container's health is told. */
export const HEALTH_FLAGS = {
  'health-cmd': text('Command to run to check health'),
  'health-interval': duration('Time between running the check (ms|s|m|h)'),
  'health-retries': integer('Consecutive failures needed to report unhealthy'),
  'health-start-interval': duration('Time between running the check during the start period (ms|s|m|h)'),
  'health-start-period': duration(
    'Start period for the container to initialize before starting health-retries countdown (ms|s|m|h)',
  ),
  'health-timeout': duration('Maximum time to allow one check to run (ms|s|m|h)'),
  'no-healthcheck': toggle('Disable any container-specified HEALTHCHECK'),
};

/** `Healthcheck` of the request; undefined leaves it to the image. */
export function healthcheck(values: FlagValues<typeof HEALTH_FLAGS>): object | undefined {
  const numbers = {
    Interval: values['health-interval'],
    Timeout: values['health-timeout'],
    StartPeriod: values['health-start-period'],
    StartInterval: values['health-start-interval'],
    Retries: values['health-retries'],
  };
  const asked = values['health-cmd'] !== '' || Object.values(numbers).some((value) => value !== 0);
  if (values['no-healthcheck']) {
    if (asked) throw invalidArgument('--no-healthcheck conflicts with --health-* options');
    return { Test: ['NONE'] };
  }
  if (!asked) return undefined;
  refuseNegative(numbers);
  const test = values['health-cmd'] === '' ? {} : { Test: ['CMD-SHELL', values['health-cmd']] };
  return { ...test, ...Object.fromEntries(Object.entries(numbers).filter(([, value]) => value !== 0)) };
}

const FLAG_OF: Record<string, string> = {
  Interval: 'interval',
  Timeout: 'timeout',
  Retries: 'retries',
  StartPeriod: 'start-period',
  StartInterval: 'start-interval',
};

function refuseNegative(numbers: Record<string, number>): void {
  for (const [name, value] of Object.entries(numbers)) {
    if (value < 0) throw invalidArgument(`--health-${FLAG_OF[name]} cannot be negative`);
  }
}
