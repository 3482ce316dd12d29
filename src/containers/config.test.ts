import { describe, expect, it } from 'vitest';
import type { Image } from '../images/index.ts';
import { containerCreateSchema } from '../wire/index.ts';
import { commandLine, mergeConfig, processEnvironment, validateConfig } from './config.ts';

const image = {
  config: {
    Entrypoint: ['/entry'],
    Cmd: ['serve'],
    Env: ['A=image', 'B=image'],
    Labels: { from: 'image' },
    Volumes: { '/data': {} },
  },
} as unknown as Image;

const merge = (body: object) => mergeConfig(containerCreateSchema.parse(body), image);

describe('the command of a container', () => {
  it('is the image’s where the request has none', () => {
    expect(commandLine(merge({}))).toEqual(['/entry', 'serve']);
  });

  it('keeps the entrypoint under another command', () => {
    expect(commandLine(merge({ Cmd: ['sh'] }))).toEqual(['/entry', 'sh']);
  });

  it('drops the image’s command under another entrypoint', () => {
    expect(commandLine(merge({ Entrypoint: ['/bin/sh'] }))).toEqual(['/bin/sh']);
  });

  it('has no entrypoint where the request resets it', () => {
    expect(commandLine(merge({ Entrypoint: [''], Cmd: ['ls'] }))).toEqual(['ls']);
  });

  it('is refused where nobody gives one', () => {
    const bare = { config: {} } as unknown as Image;
    expect(() => commandLine(mergeConfig(containerCreateSchema.parse({}), bare))).toThrow('no command specified');
  });
});

describe('merging with the image', () => {
  it('lets the request’s variables win and joins labels and volumes', () => {
    const config = merge({ Env: ['B=mine', 'C=mine'], Labels: { mine: '1' }, Volumes: { '/more': {} } });
    expect(config.Env).toEqual(['A=image', 'B=mine', 'C=mine']);
    expect(config.Labels).toEqual({ from: 'image', mine: '1' });
    expect(Object.keys(config.Volumes)).toEqual(['/data', '/more']);
  });
});

describe('the environment of the process', () => {
  it('has PATH and HOSTNAME, which the container may set otherwise or unset', () => {
    const environment = processEnvironment(merge({ Env: ['PATH=/mine', 'HOSTNAME'] }), {
      hostname: 'box',
      tty: true,
    });
    expect(environment).toContain('PATH=/mine');
    expect(environment).toContain('TERM=xterm');
    expect(environment.some((entry) => entry.startsWith('HOSTNAME'))).toBe(false);
  });
});

describe('a configuration that cannot run', () => {
  it.each([
    [{ WorkingDir: 'relative' }, 'needs to be an absolute path'],
    [{ Env: ['=x'] }, 'invalid environment variable: =x'],
  ])('%j is refused', (body, message) => {
    expect(() => validateConfig(merge(body))).toThrow(message);
  });
});
