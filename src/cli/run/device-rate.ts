import { invalidArgument } from '../../errors/index.ts';
import { parseSize } from '../../wire/index.ts';

/** Reads `/dev/sda:1mb` or, counted, `/dev/sda:100`. @throws invalid-argument in docker's words. */
export function splitDeviceRate(raw: string, unit: 'bytes' | 'count'): { Path: string; Rate: number } {
  const [path, rate] = splitDevice(raw);
  const form = unit === 'bytes' ? '<device-path>:<number>[<unit>]' : '<device-path>:<number>';
  const units = unit === 'bytes' ? '. Unit is optional and can be kb, mb, or gb' : '';
  const complaint = `invalid rate for device: ${raw}. The correct format is ${form}. Number must be a positive integer${units}`;
  if (unit === 'count') {
    if (!/^\d{1,18}$/.test(rate)) throw invalidArgument(complaint);
    return { Path: path, Rate: Number(rate) };
  }
  try {
    return { Path: path, Rate: parseSize(rate) };
  } catch (error) {
    throw invalidArgument(complaint, error);
  }
}

/** Reads `/dev/sda:200`, a weight of 10 to 1000 or 0. @throws invalid-argument in docker's words. */
export function splitDeviceWeight(raw: string): { Path: string; Weight: number } {
  const [path, weight] = splitDevice(raw);
  const value = Number(weight);
  if (!/^\d+$/.test(weight) || (value !== 0 && (value < 10 || value > 1000))) {
    throw invalidArgument(`invalid weight for device: ${raw}`);
  }
  return { Path: path, Weight: value };
}

function splitDevice(raw: string): [path: string, value: string] {
  const at = raw.indexOf(':');
  if (at <= 0) throw invalidArgument(`bad format: ${raw}`);
  const path = raw.slice(0, at);
  if (!path.startsWith('/dev/')) throw invalidArgument(`bad format for device path: ${raw}`);
  return [path, raw.slice(at + 1)];
}
