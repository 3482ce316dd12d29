import { invalidArgument, messageOf } from '../errors/index.ts';
import type { LogLimits } from '../runtime/index.ts';
import { type HostConfig, parseDecimalSize } from '../wire/index.ts';

type LogConfig = HostConfig['LogConfig'];

const effective = ['max-size', 'max-file'];
/** Taken, and of no effect here: rotated files stay as they are, and lines have no attributes. */
const idle = ['compress', 'labels', 'labels-regex', 'env', 'env-regex', 'tag', 'mode', 'max-buffer-size'];
const options = [...effective, ...idle];

/** Docker's drivers that keep logs where the engine can read them, with Docker's limits. Both keep ours. */
const keeping: Record<string, Partial<LogLimits>> = {
  'json-file': {},
  local: { maxBytes: 20 * 1024 * 1024, maxFiles: 5 },
};

/** Drivers that Docker has and this engine has not. */
const elsewhere = ['syslog', 'journald', 'gelf', 'fluentd', 'awslogs', 'splunk', 'gcplogs', 'etwlogs'];

/** The names of the drivers that keep logs, for /info. */
export const logDrivers = Object.keys(keeping).sort();

/**
 * How a container's output is kept: what its request says, completed by what the daemon says for all.
 * @throws invalid-argument for a driver that is not here, an option that the driver has not, or a value that is none
 */
export function resolveLogConfig(asked: LogConfig, defaults: LogConfig): LogConfig {
  const Type = asked.Type || defaults.Type;
  const Config = Type === defaults.Type ? { ...defaults.Config, ...asked.Config } : asked.Config;
  const config = { Type, Config };
  validateLogConfig(config);
  return config;
}

/** @throws as {@link resolveLogConfig} */
export function validateLogConfig({ Type, Config }: LogConfig): void {
  // Docker asks nothing of the options of a driver that does nothing.
  if (Type === 'none') return;
  if (!logDrivers.includes(Type)) throw invalidArgument(noDriver(Type));
  const unknown = Object.keys(Config).find((option) => !options.includes(option));
  if (unknown !== undefined) {
    const where = Type === 'local' ? 'log driver local' : `${Type} log driver`;
    throw invalidArgument(`unknown log opt '${unknown}' for ${where}`);
  }
  try {
    logLimits({ Type, Config });
  } catch (error) {
    throw invalidArgument(`failed to initialize logging driver: ${messageOf(error)}`, error);
  }
}

function noDriver(name: string): string {
  if (!elsewhere.includes(name)) return `logger: no log driver named '${name}' is registered`;
  const advice = 'use json-file or local, whose logs holdfast logs reads, or none';
  return `log driver ${name} is not available here: this engine keeps logs itself; ${advice}`;
}

/**
 * How much of a container's output is kept; undefined for all of it, or none.
 * @throws invalid-argument in Docker's words for a value that is none
 */
export function logLimits({ Type, Config }: LogConfig): LogLimits | undefined {
  const limits = keeping[Type] ?? {};
  const maxBytes = Config['max-size'] === undefined ? limits.maxBytes : sizeOf(Config['max-size']);
  const maxFiles = Config['max-file'] === undefined ? (limits.maxFiles ?? 1) : countOf(Config['max-file']);
  const compress = Config.compress !== undefined && truthOf(Config.compress);
  if (compress && (maxFiles === 1 || maxBytes === undefined)) {
    throw invalidArgument('compress cannot be true when max-file is less than 2 or max-size is not set');
  }
  return maxBytes === undefined ? undefined : { maxBytes, maxFiles };
}

function sizeOf(raw: string): number {
  const bytes = parseDecimalSize(raw);
  if (bytes <= 0) throw invalidArgument('max-size must be a positive number');
  return bytes;
}

function countOf(raw: string): number {
  if (!/^[-+]?\d+$/.test(raw)) throw invalidArgument(`strconv.Atoi: parsing "${raw}": invalid syntax`);
  if (Number(raw) < 1) throw invalidArgument('max-file cannot be less than 1');
  return Number(raw);
}

function truthOf(raw: string): boolean {
  if (/^(?:1|t|true)$/i.test(raw)) return true;
  if (/^(?:0|f|false)$/i.test(raw)) return false;
  throw invalidArgument(`strconv.ParseBool: parsing "${raw}": invalid syntax`);
}
