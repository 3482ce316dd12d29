import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readSettings } from './settings.ts';

let dir: string;
let file: string;

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'holdfast-settings-'));
  file = join(dir, 'daemon.json');
});
afterEach(() => rmSync(dir, { recursive: true }));

describe('daemon settings', () => {
  it('have defaults', () => {
    writeFileSync(file, '{}');
    expect(readSettings(['--config-file', file], {})).toMatchObject({
      dataRoot: '/var/lib/holdfast',
      sockets: ['/run/holdfast/holdfast.sock'],
      pidfile: '/run/holdfast/holdfast.pid',
      logLevel: 'info',
    });
  });

  it('come from flags first, then the environment, then the file', () => {
    writeFileSync(file, JSON.stringify({ 'data-root': '/file', 'exec-root': '/file-run', 'log-level': 'warn' }));
    const settings = readSettings(['--config-file', file, '--data-root=/flag'], {
      HOLDFAST_DATA_ROOT: '/environment',
      HOLDFAST_EXEC_ROOT: '/environment-run',
    });
    expect(settings).toMatchObject({ dataRoot: '/flag', execRoot: '/environment-run', logLevel: 'warn' });
  });

  it('take several sockets and labels', () => {
    writeFileSync(file, '{}');
    const args = [
      '--config-file',
      file,
      '-H',
      'unix:///a.sock',
      '-H',
      'unix:///b.sock',
      '--label',
      'a=1',
      '--label',
      'b=2',
    ];
    expect(readSettings(args, {})).toMatchObject({ sockets: ['/a.sock', '/b.sock'], labels: ['a=1', 'b=2'] });
  });

  it.each([
    [['--data-root', 'here'], 'data-root must be an absolute path: here'],
    [['-H', 'tcp://0.0.0.0:1'], 'only unix sockets are served'],
    [['--log-level', 'loud'], 'unable to parse logging level: loud'],
    [['--label', 'x'], 'bad attribute format: x'],
    [['--no-such'], "See 'holdfast daemon --help'"],
    [['--config-file', '/does/not/exist'], 'cannot read the configuration file'],
  ])('%j is refused', (args, message) => {
    writeFileSync(file, '{}');
    expect(() => readSettings(args.includes('--config-file') ? args : ['--config-file', file, ...args], {})).toThrow(
      message,
    );
  });

  it('refuse a file with a key they do not know, by its name', () => {
    writeFileSync(file, '{"data_root": "/x"}');
    expect(() => readSettings(['--config-file', file], {})).toThrow(/data_root/);
  });
});
