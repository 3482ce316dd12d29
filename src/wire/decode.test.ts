import fc from 'fast-check';
import { expect, test } from 'vitest';
import type * as z from 'zod';
import { HoldfastError } from '../errors/index.ts';
import { decodeRegistryAuth, registryAuthSchema } from './auth.ts';
import { containerCreateSchema, containerUpdateSchema, execCreateSchema, execStartSchema } from './container.ts';
import { decodeBody } from './decode.ts';
import { networkConnectSchema, networkCreateSchema, networkDisconnectSchema } from './network.ts';
import { volumeCreateSchema } from './volume.ts';

const schemas: readonly z.ZodType[] = [
  containerCreateSchema,
  containerUpdateSchema,
  execCreateSchema,
  execStartSchema,
  networkCreateSchema,
  networkConnectSchema,
  networkDisconnectSchema,
  registryAuthSchema,
  volumeCreateSchema,
];

test('finds keys in any case at every depth, the last spelling winning', () => {
  const body = decodeBody(containerCreateSchema, {
    image: 'first',
    IMAGE: 'busybox',
    hostconfig: { MEMORY: 1024, mounts: [{ TYPE: 'volume', target: '/data', VOLUMEOPTIONS: { nocopy: true } }] },
  });
  expect(body.Image).toBe('busybox');
  expect(body.HostConfig.Memory).toBe(1024);
  expect(body.HostConfig.Mounts[0]).toMatchObject({
    Type: 'volume',
    Target: '/data',
    VolumeOptions: { NoCopy: true },
  });
});

test('keeps the keys of maps as they are', () => {
  const body = decodeBody(volumeCreateSchema, { labels: { NAME: 'a', name: 'b' }, driveropts: { O: 'ro' } });
  expect(body.Labels).toEqual({ NAME: 'a', name: 'b' });
  expect(body.DriverOpts).toEqual({ O: 'ro' });
});

test('takes null, absent and an empty body as zero values and ignores unknown keys', () => {
  expect(decodeBody(volumeCreateSchema, undefined)).toMatchObject({ Name: '', Driver: '', Labels: null });
  const body = decodeBody(containerCreateSchema, {
    Hostname: null,
    HostConfig: { Binds: null, Tmpfs: null },
    Bogus: 1,
  });
  expect(body).toMatchObject({ Hostname: '', HostConfig: { Binds: null, Tmpfs: {} } });
  expect(body).not.toHaveProperty('Bogus');
});

test('names the field of a wrong type as Go names it', () => {
  const wrong = () => decodeBody(containerCreateSchema, { hostconfig: { memory: 'lots' } });
  expect(wrong).toThrow('invalid JSON: cannot use string as number in field HostConfig.Memory');
  expect(() => decodeBody(containerCreateSchema, { Cmd: 4 })).toThrow('cannot use number in field Cmd');
  expect(() => decodeBody(volumeCreateSchema, [])).toThrow('invalid JSON: cannot use array as the request body');
  expect(() => decodeBody(volumeCreateSchema, { Labels: { a: null } })).toThrow('in field Labels.a');
});

test('a key named __proto__ is data that reaches no prototype', () => {
  const value: unknown = JSON.parse('{"__proto__":{"Image":"x"},"Labels":{"__proto__":"y","a":"b"}}');
  const body = decodeBody(containerCreateSchema, value);
  expect(body.Image).toBe('');
  expect(body.Labels).toEqual({ a: 'b' });
});

test('never throws anything but an invalid-argument error', () => {
  const body = fc.oneof(
    fc.jsonValue(),
    fc.dictionary(fc.constantFrom('Image', 'env', 'HOSTCONFIG', 'Cmd', 'Mounts', 'Labels', 'name'), fc.jsonValue()),
  );
  fc.assert(
    fc.property(fc.constantFrom(...schemas), body, (schema, value) => {
      try {
        decodeBody(schema, value);
      } catch (error) {
        expect(error).toSatisfy((thrown) => thrown instanceof HoldfastError && thrown.kind === 'invalid-argument');
      }
    }),
    { numRuns: 500 },
  );
});

test('reads registry credentials and takes anything malformed for none', () => {
  const header = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
  expect(decodeRegistryAuth(header({ username: 'u', password: 'p' }))).toMatchObject({ username: 'u', password: 'p' });
  expect(decodeRegistryAuth(header({}))).toBeUndefined();
  expect(decodeRegistryAuth(undefined)).toBeUndefined();
  fc.assert(fc.property(fc.string(), (raw) => void decodeRegistryAuth(raw)));
  fc.assert(fc.property(fc.jsonValue(), (value) => void decodeRegistryAuth(header(value))));
});
