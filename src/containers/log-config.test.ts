import { describe, expect, it } from 'vitest';
import { logLimits, resolveLogConfig } from './log-config.ts';

const none = { Type: '', Config: {} };
const jsonFile = { Type: 'json-file', Config: {} };
const resolve = (Type: string, Config: Record<string, string> = {}) => resolveLogConfig({ Type, Config }, jsonFile);

describe('the log configuration of a container', () => {
  it('is the daemon’s where the request leaves it open, option by option', () => {
    const defaults = { Type: 'json-file', Config: { 'max-size': '10m', 'max-file': '3' } };
    expect(resolveLogConfig(none, defaults)).toEqual(defaults);
    expect(resolveLogConfig({ Type: '', Config: { 'max-file': '2' } }, defaults).Config).toEqual({
      'max-size': '10m',
      'max-file': '2',
    });
    expect(resolveLogConfig({ Type: 'local', Config: {} }, defaults)).toEqual({ Type: 'local', Config: {} });
    expect(resolveLogConfig({ Type: 'none', Config: {} }, defaults)).toEqual({ Type: 'none', Config: {} });
  });

  it('limits what is kept, in powers of 1000; local has limits of its own', () => {
    expect(logLimits(jsonFile)).toBeUndefined();
    expect(logLimits({ Type: 'json-file', Config: { 'max-file': '3' } })).toBeUndefined();
    expect(logLimits({ Type: 'json-file', Config: { 'max-size': '10m' } })).toEqual({
      maxBytes: 10_000_000,
      maxFiles: 1,
    });
    expect(logLimits({ Type: 'local', Config: {} })).toEqual({ maxBytes: 20_971_520, maxFiles: 5 });
    expect(logLimits({ Type: 'local', Config: { 'max-size': '1k', 'max-file': '2' } })).toEqual({
      maxBytes: 1000,
      maxFiles: 2,
    });
    expect(logLimits({ Type: 'none', Config: {} })).toBeUndefined();
  });

  it.each([
    ['json-file', { colour: 'red' }, "unknown log opt 'colour' for json-file log driver"],
    ['local', { colour: 'red' }, "unknown log opt 'colour' for log driver local"],
    ['json-file', { 'max-size': 'big' }, "failed to initialize logging driver: invalid size: 'big'"],
    ['json-file', { 'max-size': '0' }, 'max-size must be a positive number'],
    ['json-file', { 'max-file': '0' }, 'max-file cannot be less than 1'],
    ['json-file', { 'max-file': 'x' }, 'strconv.Atoi: parsing "x": invalid syntax'],
    ['json-file', { compress: 'maybe' }, 'strconv.ParseBool: parsing "maybe": invalid syntax'],
    ['json-file', { compress: 'true', 'max-size': '1m' }, 'compress cannot be true when max-file is less than 2'],
    ['papyrus', {}, "logger: no log driver named 'papyrus' is registered"],
    ['syslog', {}, 'log driver syslog is not available here'],
  ] as Array<[string, Record<string, string>, string]>)('refuses %s with %o', (type, config, words) => {
    expect(() => resolve(type, config)).toThrow(words);
  });
});
