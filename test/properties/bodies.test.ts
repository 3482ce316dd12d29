import fc from 'fast-check';
import { expect, test } from 'vitest';
import type * as z from 'zod';
import { validateConfig } from '../../src/containers/config.ts';
import { validateHostConfig } from '../../src/runtime/index.ts';
import { planMounts } from '../../src/volumes/mounts/plan.ts';
import { validateMount } from '../../src/volumes/mounts/validate.ts';
import {
  containerCreateSchema,
  containerUpdateSchema,
  decodeBody,
  execCreateSchema,
  execStartSchema,
  mountSchema,
  networkConnectSchema,
  networkCreateSchema,
  networkDisconnectSchema,
  registryAuthSchema,
  volumeCreateSchema,
} from '../../src/wire/index.ts';
import { hostileJson, runs, tried } from './hostile.ts';

const schemas: Record<string, z.ZodObject> = {
  containerCreateSchema,
  containerUpdateSchema,
  execCreateSchema,
  execStartSchema,
  mountSchema,
  networkConnectSchema,
  networkCreateSchema,
  networkDisconnectSchema,
  registryAuthSchema,
  volumeCreateSchema,
};
const mountKeys = ['Type', 'Source', 'Target', 'ReadOnly', 'BindOptions', 'VolumeOptions', 'TmpfsOptions', 'Subpath'];
const keysOf = (schema: z.ZodObject) => [...Object.keys(schema.shape), 'HostConfig', 'Mounts', 'Binds', ...mountKeys];

test.each(Object.entries(schemas))('%s: a body is decoded or refused, and nothing else', (_, schema) => {
  fc.assert(
    fc.property(hostileJson(keysOf(schema)), (body) => void tried(() => decodeBody(schema, body))),
    { numRuns: runs },
  );
});

test.each(Object.entries(schemas))('%s: the case of keys does not matter, null is never refused', (_, schema) => {
  const fields = fc.dictionary(fc.constantFrom(...Object.keys(schema.shape)), hostileJson(mountKeys));
  fc.assert(
    fc.property(fields, (body) => {
      const renamed = (name: (key: string) => string, value: (value: unknown) => unknown = (same) => same) =>
        Object.fromEntries(Object.entries(body).map(([key, member]) => [name(key), value(member)]));
      const outcome = tried(() => decodeBody(schema, body));
      const lower = tried(() =>
        decodeBody(
          schema,
          renamed((key) => key.toLowerCase()),
        ),
      );
      expect('value' in lower ? lower.value : 'refused').toEqual('value' in outcome ? outcome.value : 'refused');
      const nothing = renamed(
        (key) => key,
        () => null,
      );
      expect(tried(() => decodeBody(schema, nothing))).toHaveProperty('value');
    }),
    { numRuns: runs },
  );
});

test('a mount is judged, whatever it says', () => {
  fc.assert(
    fc.property(hostileJson(mountKeys), (body) => {
      tried(() => validateMount(decodeBody(mountSchema, body)));
    }),
    { numRuns: runs },
  );
});

test('a container is judged and its mounts are planned, whatever it says', () => {
  const word = fc.constantFrom('/a', '/', 'vol', '..', ':', ',', 'ro', 'z', '', '\0', 'name_1', ':/a', '/a:/b');
  const text = fc.array(word, { maxLength: 4 }).map((words) => words.join(''));
  const mounts = fc.record(
    {
      Type: fc.constantFrom('bind', 'volume', 'tmpfs', 'image', 'x'),
      Source: text,
      Target: text,
      ReadOnly: fc.boolean(),
    },
    { requiredKeys: [] },
  );
  const hostConfig = fc.record(
    {
      Binds: fc.array(text, { maxLength: 4 }),
      Mounts: fc.array(mounts, { maxLength: 4 }),
      Tmpfs: fc.dictionary(text, text),
    },
    { requiredKeys: [] },
  );
  const body = fc.record(
    { HostConfig: hostConfig, Volumes: fc.dictionary(text, fc.constant({})) },
    { requiredKeys: [] },
  );
  fc.assert(
    fc.property(body, fc.constantFrom('1.24', '1.41', '1.50'), (asked, apiVersion) => {
      tried(() => {
        const container = decodeBody(containerCreateSchema, asked);
        const { Binds, Mounts, Tmpfs } = container.HostConfig;
        validateConfig(container);
        const plan = planMounts({
          binds: Binds ?? [],
          mounts: Mounts,
          tmpfs: Tmpfs,
          volumesFrom: [],
          configVolumes: Object.keys(container.Volumes),
          volumeDriver: '',
          apiVersion,
          dataRoot: '/var/lib/holdfast',
          sourceExists: () => true,
        });
        const places = plan.entries.map(({ mountPoint }) => mountPoint.destination);
        expect(new Set(places).size).toBe(places.length);
        expect(places.filter((place) => !place.startsWith('/') || place === '/')).toEqual([]);
      });
    }),
    { numRuns: runs },
  );
});

test('a HostConfig is judged, whatever it says', () => {
  const { shape } = containerUpdateSchema;
  fc.assert(
    fc.property(fc.dictionary(fc.constantFrom(...Object.keys(shape)), hostileJson(mountKeys)), (HostConfig) => {
      tried(() => validateHostConfig(decodeBody(containerCreateSchema, { HostConfig }).HostConfig));
    }),
    { numRuns: runs },
  );
});
