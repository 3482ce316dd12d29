import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { TlsFlags } from './app.ts';
import { chooseHost } from './host.ts';
import { tlsCredentials } from './tls.ts';

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'holdfast-tls-'));
  for (const name of ['ca', 'cert', 'key', 'other']) writeFileSync(join(dir, `${name}.pem`), name);
});
afterEach(() => rmSync(dir, { recursive: true }));

const global = (tls: TlsFlags = {}, host?: string) => ({
  host,
  config: undefined,
  debug: false,
  logLevel: 'info',
  tls,
});
const read = (tls: TlsFlags, env: NodeJS.ProcessEnv) => {
  const found = tlsCredentials(global(tls), env);
  if (found === undefined) return undefined;
  return [found.verify, String(found.ca), String(found.cert), String(found.key)];
};

describe('TLS', () => {
  it('is used where a flag or the environment asks for it', () => {
    const folder = { DOCKER_CERT_PATH: dir };
    expect(read({}, folder)).toBeUndefined();
    expect(read({}, { ...folder, DOCKER_TLS_VERIFY: '1' })).toEqual([true, 'ca', 'cert', 'key']);
    expect(read({}, { ...folder, DOCKER_TLS: '1' })).toEqual([false, 'undefined', 'cert', 'key']);
    expect(read({ tls: true }, folder)).toEqual([false, 'undefined', 'cert', 'key']);
    expect(read({ tlsverify: true }, folder)).toEqual([true, 'ca', 'cert', 'key']);
    expect(read({ tlsverify: false }, { ...folder, DOCKER_TLS_VERIFY: '1' })?.[0]).toBe(false);
  });

  it('takes files that are named first, then those of a folder', () => {
    const tls = { tlsverify: true, tlscert: join(dir, 'other.pem') };
    expect(read(tls, { DOCKER_CERT_PATH: dir })).toEqual([true, 'ca', 'other', 'key']);
    expect(read(tls, { DOCKER_CONFIG: dir })).toEqual([true, 'ca', 'other', 'key']);
  });

  it('needs the authority to verify by, and what was named', () => {
    expect(() => read({ tlsverify: true }, { DOCKER_CERT_PATH: '/nonexistent' })).toThrow('--tlscacert');
    expect(() => read({ tls: true, tlskey: '/nonexistent' }, { DOCKER_CERT_PATH: dir })).toThrow('--tlskey');
    expect(read({ tls: true }, { DOCKER_CERT_PATH: '/nonexistent' })?.[0]).toBe(false);
  });

  it('changes the port where none is named, and nothing of sockets', () => {
    const env = { DOCKER_TLS_VERIFY: '1', DOCKER_CERT_PATH: dir };
    expect(chooseHost(global({}, 'tcp://engine'), env).endpoint).toMatchObject({ port: 2376, tls: { verify: true } });
    expect(chooseHost(global({}, 'tcp://engine'), {}).endpoint).toEqual(expect.objectContaining({ port: 2375 }));
    expect(chooseHost(global({}, '/run/a.sock'), env).endpoint).not.toHaveProperty('tls');
  });
});
