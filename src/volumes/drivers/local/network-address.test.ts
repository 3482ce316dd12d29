import { describe, expect, test } from 'vitest';
import { resolveServer } from './network-address.ts';

const asked: string[] = [];
const resolve = async (host: string): Promise<string> => {
  asked.push(host);
  if (host === 'nowhere') throw new Error('getaddrinfo ENOTFOUND nowhere');
  return '10.1.2.3';
};

describe('the server of a network file system', () => {
  test.each([
    ['nfs', { device: ':/export', o: 'addr=storage,rw' }, { o: 'addr=10.1.2.3,rw' }],
    ['nfs', { device: ':/export', o: 'mountaddr=storage,addr=storage' }, { o: 'mountaddr=storage,addr=10.1.2.3' }],
    ['nfs4', { device: ':/', o: 'rw,addr=storage' }, { o: 'rw,addr=10.1.2.3' }],
    ['nfs', { device: ':/export', o: 'addr=192.0.2.7' }, {}],
    ['nfs', { device: ':/export', o: 'addr=' }, {}],
    ['nfs', { device: 'storage:/export', o: 'rw' }, {}],
    ['cifs', { device: '//storage/share%20one', o: 'username=u' }, { device: '//10.1.2.3/share one' }],
    ['cifs', { device: '//storage/100%', o: '' }, { device: '//10.1.2.3/100%' }],
    ['cifs', { device: '//storage/share', o: 'addr=storage' }, { o: 'addr=10.1.2.3' }],
    ['cifs', { device: '//192.0.2.7/share', o: '' }, {}],
    ['cifs', { device: 'share', o: '' }, {}],
    ['tmpfs', { device: 'tmpfs', o: 'addr=storage' }, {}],
  ])('%s with %j becomes an address: %j', async (type, written, changed) => {
    const mount = { type, ...written };
    expect(await resolveServer(mount, resolve)).toEqual({ ...mount, ...changed });
  });

  test('cannot be mounted without an address', async () => {
    const failing = resolveServer({ type: 'nfs', device: ':/', o: 'addr=nowhere' }, resolve);
    await expect(failing).rejects.toMatchObject({
      kind: 'system',
      message: expect.stringContaining('error resolving passed in network volume address: '),
    });
  });

  test('is asked for again where the name server has no time', async () => {
    let times = 0;
    const busy = async (): Promise<string> => {
      times += 1;
      if (times < 3) throw Object.assign(new Error('getaddrinfo EAI_AGAIN storage'), { code: 'EAI_AGAIN' });
      return '10.1.2.3';
    };
    const resolved = await resolveServer({ type: 'nfs', device: ':/', o: 'addr=storage' }, busy);
    expect(resolved.o).toBe('addr=10.1.2.3');
  });

  test('is asked for only where the kernel needs it', async () => {
    asked.length = 0;
    await resolveServer({ type: 'ext4', device: '//storage/x', o: '' }, resolve);
    await resolveServer({ type: 'nfs', device: ':/', o: 'addr=127.0.0.1' }, resolve);
    expect(asked).toEqual([]);
  });
});
