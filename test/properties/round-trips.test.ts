import fc from 'fast-check';
import { expect, test } from 'vitest';
import { splitReference } from '../../src/cli/reference.ts';
import { parseDevice } from '../../src/cli/run/devices.ts';
import { keyValuesIn } from '../../src/cli/run/environment.ts';
import { parseMount } from '../../src/cli/run/mount-flag.ts';
import { readPublished } from '../../src/cli/run/ports.ts';
import { parseUlimit } from '../../src/cli/run/ulimit.ts';
import { readVolumeFlags } from '../../src/cli/run/volumes.ts';
import { parseDetachKeys as parseOwnKeys } from '../../src/cli/streams/detach-keys.ts';
import { familiarString, parseReference } from '../../src/images/reference.ts';
import { formatSubnet, parseSubnet } from '../../src/networks/addresses/address.ts';
import { parsePorts } from '../../src/networks/ports/port-requests.ts';
import { parseDetachKeys } from '../../src/server/detach-keys.ts';
import { parseBind } from '../../src/volumes/mounts/bind.ts';
import { durationOf, parseFilters, parseSize } from '../../src/wire/index.ts';
import { hostileText, runs, tried } from './hostile.ts';
import { imageNames } from './parser.ts';

const holds = <T>(arbitrary: fc.Arbitrary<T>, predicate: (value: T) => void) =>
  fc.assert(fc.property(arbitrary, predicate), { numRuns: runs });

const segment = fc.stringMatching(/^[a-zA-Z0-9_][a-zA-Z0-9_.-]{0,8}$/);
const path = fc.array(segment, { minLength: 1, maxLength: 4 }).map((segments) => `/${segments.join('/')}`);
const volume = fc.stringMatching(/^[a-zA-Z0-9][a-zA-Z0-9_.-]{1,12}$/);
const port = fc.integer({ min: 1, max: 65_535 });

test('-v: source, target and mode come through the command line to the daemon', () => {
  holds(fc.tuple(fc.oneof(path, volume), path, fc.constantFrom('', 'ro', 'rw', 'z')), ([source, target, mode]) => {
    const words = [source, target, ...(mode === '' ? [] : [mode])].join(':');
    const { binds, anonymous } = readVolumeFlags([words], '/work');
    expect({ binds, anonymous }).toEqual({ binds: [words], anonymous: [] });
    expect(parseBind(binds[0] ?? '')).toMatchObject({
      destination: target,
      mode,
      rw: mode !== 'ro',
      ...(source.startsWith('/') ? { type: 'bind', source } : { type: 'volume', name: source }),
    });
  });
});

test('--mount: fields in any order, quoted where they have to be, are read back', () => {
  const value = fc
    .string({ minLength: 1, maxLength: 12 })
    .filter((text) => text.trim() === text && !/[\r\n]/.test(text));
  const label = fc.stringMatching(/^[a-z.]{1,8}$/);
  holds(fc.tuple(value, value, fc.dictionary(label, value), fc.boolean()), ([source, target, labels, readOnly]) => {
    const fields = [
      ...Object.entries(labels).map(([key, text]) => `volume-label=${key}=${text}`),
      `dst=${target}`,
      `src=${source.replace(/^\.+/, '') || 'x'}`,
      ...(readOnly ? ['readonly'] : []),
    ];
    const quoted = fields.map((field) => (/[",]/.test(field) ? `"${field.replaceAll('"', '""')}"` : field));
    expect(parseMount(quoted.join(','))).toMatchObject({
      Type: 'volume',
      Target: target,
      ...(readOnly && { ReadOnly: true }),
      ...(Object.keys(labels).length > 0 && { VolumeOptions: { Labels: labels } }),
    });
  });
});

test('filters: both forms on the wire are the same', () => {
  const wanted = fc.dictionary(fc.stringMatching(/^[a-z!]{1,8}$/), fc.uniqueArray(fc.string({ maxLength: 6 })));
  holds(wanted, (filters) => {
    const maps = Object.entries(filters).map(([key, values]) => {
      const flags = values.map((value) => `${JSON.stringify(value)}:true`);
      return `${JSON.stringify(key)}:{${flags.join(',')}}`;
    });
    const sorted = (text: string) => [...parseFilters(text)].map(([key, values]) => [key, [...values].sort()]);
    expect(sorted(`{${maps.join(',')}}`)).toEqual(sorted(JSON.stringify(filters)));
  });
});

test('image references: what is read reads the same when it is written, and both sides agree on what is one', () => {
  holds(hostileText(imageNames.split(' ')), (text) => {
    const daemon = tried(() => parseReference(text));
    if ('value' in daemon) expect(parseReference(familiarString(daemon.value))).toEqual(daemon.value);
    const commandLine = tried(() => splitReference(text));
    if ('value' in daemon && text !== '') expect(commandLine).toHaveProperty('value');
  });
});

test('sizes and durations: numbers with units are sums of their parts', () => {
  holds(fc.nat({ max: 2 ** 30 }), (number) => {
    expect(parseSize(String(number))).toBe(number);
    expect(parseSize(`${number}kB`)).toBe(number * 1024);
    expect(parseSize(`${number} MiB`)).toBe(number * 1024 ** 2);
  });
  holds(fc.tuple(fc.nat({ max: 9999 }), fc.nat({ max: 9999 }), fc.nat({ max: 9999 })), ([hours, minutes, ms]) => {
    const nanoseconds = BigInt(hours * 3600 + minutes * 60) * 1_000_000_000n + BigInt(ms) * 1_000_000n;
    expect(durationOf(`${hours}h${minutes}m${ms}ms`)).toBe(nanoseconds);
    expect(durationOf(`-${hours}h${minutes}m${ms}ms`)).toBe(-nanoseconds);
  });
});

test('-p: what the command line sends, the daemon reads', () => {
  holds(fc.tuple(port, port, fc.constantFrom('tcp', 'udp')), ([host, container, protocol]) => {
    const bindings = readPublished([`127.0.0.1:${host}:${container}/${protocol}`]);
    expect(bindings).toEqual({ [`${container}/${protocol}`]: [{ HostIp: '127.0.0.1', HostPort: String(host) }] });
    expect(parsePorts(Object.keys(bindings)[0] ?? '')).toEqual([{ containerPort: container, protocol }]);
  });
});

test('env files: entries are taken as they stand', () => {
  const entry = fc.tuple(
    fc.stringMatching(/^[A-Za-z_][A-Za-z0-9_]{0,8}$/),
    fc.string({ maxLength: 12 }).filter((text) => !/[\r\n]/.test(text)),
  );
  holds(fc.array(entry), (entries) => {
    const lines = entries.map(([name, value]) => `${name}=${value}`);
    expect(keyValuesIn(['# comment', '', ...lines].join('\n'), 'file')).toEqual(lines);
    expect(keyValuesIn(['\ufeff', ...lines, ''].join('\r\n'), 'file')).toEqual(lines);
  });
});

test('--ulimit and --device', () => {
  holds(fc.tuple(fc.nat(), fc.nat()), ([a, b]) => {
    const [soft, hard] = a < b ? [a, b] : [b, a];
    expect(parseUlimit(`nofile=${soft}:${hard}`)).toEqual({ Name: 'nofile', Soft: soft, Hard: hard });
    expect(parseUlimit(`core=${hard}`)).toEqual({ Name: 'core', Soft: hard, Hard: hard });
  });
  const mode = fc.constantFrom('r', 'w', 'm', 'rw', 'rwm', 'mwr');
  holds(fc.tuple(path, path, mode), ([host, inside, permissions]) => {
    const device = { PathOnHost: host, PathInContainer: inside, CgroupPermissions: permissions };
    expect(parseDevice(`${host}:${inside}:${permissions}`)).toEqual(device);
    expect(parseDevice(`${host}:${permissions}`)).toEqual({ ...device, PathInContainer: host });
  });
});

test('subnets are written as they are read', () => {
  const subnet = fc.oneof(
    fc.tuple(fc.ipV4(), fc.integer({ min: 0, max: 32 })),
    fc.tuple(fc.ipV6(), fc.integer({ min: 0, max: 128 })),
  );
  holds(subnet, ([address, prefix]) => {
    const read = parseSubnet(`${address}/${prefix}`);
    expect(parseSubnet(formatSubnet(read))).toEqual(read);
  });
});

test('detach keys: what the command line takes, the daemon takes for the same', () => {
  holds(hostileText(['ctrl-', 'a', ',', '[', '@', 'z', '_', 'DEL']), (text) => {
    const own = tried(() => parseOwnKeys(text));
    if ('value' in own && text !== '') expect(parseDetachKeys(text).bytes).toEqual(own.value);
  });
});
