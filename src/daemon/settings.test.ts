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
      metricsAddress: undefined,
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

  it('have a log driver with options, all from one place', () => {
    writeFileSync(file, '{"log-driver": "local", "log-opts": {"max-size": "1m", "max-file": "2"}}');
    expect(readSettings(['--config-file', file], {})?.logConfig).toEqual({
      Type: 'local',
      Config: { 'max-size': '1m', 'max-file': '2' },
    });
    const args = ['--config-file', file, '--log-driver', 'json-file', '--log-opt', 'max-size=2m'];
    expect(readSettings(args, {})?.logConfig).toEqual({ Type: 'json-file', Config: { 'max-size': '2m' } });
    expect(() => readSettings(['--config-file', file, '--log-opt', 'max-size'], {})).toThrow('invalid logging option');
  });

  it('say what becomes of removed volumes', () => {
    writeFileSync(file, '{"trash-keep": "36h", "trash-size": "20g", "trash-auto-removed": true}');
    const given = (...args: string[]) => readSettings(['--config-file', file, ...args], {})?.trash;
    expect(given()).toEqual({ keepMs: 129_600_000, size: { bytes: 20 * 1024 ** 3 }, autoRemoved: true });
    expect(given('--trash-keep', '0', '--trash-size=5%')).toMatchObject({ keepMs: 0, size: { share: 0.05 } });
    expect(() => given('--trash-keep', 'long')).toThrow('unable to configure the trash: time: invalid duration "long"');
    writeFileSync(file, '{}');
    expect(given()).toEqual({ keepMs: 7 * 86_400_000, size: { share: 0.1 }, autoRemoved: false });
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

  it('take ports for clients with certificates, beside sockets', () => {
    const tls = { ca: '/ca', cert: '/cert', key: '/key' };
    writeFileSync(file, JSON.stringify({ tlsverify: true, tlscacert: '/ca', tlscert: '/cert', tlskey: '/file-key' }));
    const hosts = ['/a.sock', 'tcp://127.0.0.1:1', 'tcp://[::1]', 'tcp://:3', 'tcp://'].flatMap((host) => ['-H', host]);
    expect(readSettings(['--config-file', file, '--tlskey', '/key', ...hosts], {})).toMatchObject({
      sockets: ['/a.sock'],
      ports: [
        { host: '127.0.0.1', port: 1, tls },
        { host: '::1', port: 2376, tls },
        { host: '', port: 3, tls },
        { host: '', port: 2376, tls },
      ],
    });
  });

  it.each([
    [':9323', { host: '127.0.0.1', port: 9323 }],
    ['0.0.0.0:1', { host: '0.0.0.0', port: 1 }],
    ['[::1]:2', { host: '::1', port: 2 }],
  ])('serve metrics at %s, on this machine alone unless more was said', (address, expected) => {
    writeFileSync(file, '{}');
    const settings = readSettings(['--config-file', file, '--metrics-addr', address], {});
    expect(settings?.metricsAddress).toEqual(expected);
  });

  it.each([
    [['--data-root', 'here'], 'data-root must be an absolute path: here'],
    [['-H', 'fd://'], 'invalid host fd://: unix:///path/to.sock and tcp://address:port are served'],
    [['-H', 'tcp://0.0.0.0:1'], 'tcp://0.0.0.0:1 is not served: it would let anybody in'],
    [['-H', 'tcp://', '--tls'], 'with --tls alone any client is let in'],
    [['-H', 'tcp://', '--tls', '--tlscacert=/a', '--tlscert=/b', '--tlskey=/c'], 'Give --tlsverify with --tlscacert'],
    [['-H', 'tcp://', '--tlsverify', '--tlscert=/b', '--tlskey=/c'], '--tlsverify needs --tlscacert'],
    [['-H', 'tcp://', '--tlsverify', '--tlscacert=/a', '--tlscert=/b'], '--tlsverify needs --tlskey'],
    [['-H', 'tcp://a:b', '--tlsverify'], 'invalid host tcp://a:b'],
    [['-H', 'tcp://a:70000', '--tlsverify'], 'invalid host tcp://a:70000'],
    [['--metrics-addr', '9323'], 'invalid metrics-addr 9323: it has the form address:port'],
    [['--metrics-addr', ':99999'], 'invalid metrics-addr :99999'],
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
