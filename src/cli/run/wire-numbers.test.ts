import { expect, it } from 'vitest';
import { parseDecimal } from '../flags/values.ts';
import { splitDeviceRate } from './device-rate.ts';
import { parseRestartPolicy } from './lifecycle-flags.ts';
import { parseUlimit } from './ulimit.ts';

const digits = '9'.repeat(30);

it.each([
  ['--ulimit', () => parseUlimit(`nofile=${digits}`), 'value out of range'],
  ['--restart', () => parseRestartPolicy(`on-failure:${digits}`), 'maximum retry count must be an integer'],
  ['--device-read-iops', () => splitDeviceRate(`/dev/sda:${digits}`, 'count'), 'invalid rate for device'],
  ['--device-read-bps', () => splitDeviceRate(`/dev/sda:${digits}`, 'bytes'), 'invalid rate for device'],
  ['--cpus', () => parseDecimal('1e99'), 'value out of range'],
])('%s refuses a number that 64 bits do not hold', (_, parse, message) => {
  expect(parse).toThrow(message);
});
