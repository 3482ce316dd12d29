import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { csvFields } from './csv.ts';
import { parseMount } from './mount-flag.ts';

describe('mounts', () => {
  it('reads every key', () => {
    expect(
      parseMount(
        'type=volume,src=vol,dst=/d,volume-opt=a=b=c,volume-label=q,volume-driver=local,volume-nocopy,readonly',
      ),
    ).toEqual({
      Type: 'volume',
      Source: 'vol',
      Target: '/d',
      ReadOnly: true,
      VolumeOptions: { NoCopy: true, Labels: { q: '' }, DriverConfig: { Name: 'local', Options: { a: 'b=c' } } },
    });
    expect(parseMount('type=tmpfs,dst=/t,tmpfs-size=64m,tmpfs-mode=1770')).toEqual({
      Type: 'tmpfs',
      Target: '/t',
      TmpfsOptions: { SizeBytes: 67108864, Mode: 0o1770 },
    });
    expect(parseMount('TYPE=bind,"src=/a,b",target=/b,ro=false,bind-recursive=disabled')).toEqual({
      Type: 'bind',
      Source: '/a,b',
      Target: '/b',
      BindOptions: { NonRecursive: true },
    });
  });

  it.each([
    ['src=v,dst=/d,U=true', { Chown: true }],
    ['src=v,dst=/d,chown', { Chown: true }],
    ['src=v,dst=/d,chown,u=false', {}],
    ['src=v,dst=/d,volume-idmap', { VolumeOptions: { DriverConfig: {}, IDMapping: { Source: 'match-user' } } }],
  ])('reads who is to own %j', (spec, owner) => {
    expect(parseMount(spec)).toEqual({ Type: 'volume', Source: 'v', Target: '/d', ...owner });
  });

  it.each([
    ['bind-idmap', { Source: 'match-user' }],
    ['bind-idmap=match-user', { Source: 'match-user' }],
    ['bind-idmap=match-user:app:web', { Source: 'match-user', User: 'app:web' }],
  ])('reads %j', (key, IDMapping) => {
    expect(parseMount(`type=bind,src=/a,dst=/b,${key}`)).toMatchObject({ BindOptions: { IDMapping } });
  });

  it.each([
    ['type=bind,src=/a,dst=/b,bind-idmap=userns', 'invalid value for bind-idmap: userns (must be "match-user"'],
    ['type=bind,src=/a,dst=/b,bind-idmap=match-user:', 'invalid value for bind-idmap'],
    ['type=bind,src=/a,dst=/b,volume-idmap', "cannot mix 'volume-*' options with mount type 'bind'"],
    ['dst=/x,U=maybe', 'invalid value for u: maybe'],
    ['', 'EOF'],
    ['src=v', 'target is required'],
    ['type=,dst=/x', 'type is required'],
    ['foo', "invalid field 'foo' must be a key=value pair"],
    ['foo=bar', "unexpected key 'foo' in 'foo=bar'"],
    ['type=volume, dst=/x', "unexpected key ' dst' in ' dst=/x'"],
    ['dst=/x,readonly=maybe', 'invalid value for readonly: maybe'],
    ['dst=/x,bind-propagation=shared', "cannot mix 'bind-*' options with mount type 'volume'"],
    ['type=bind,src=/a,dst=/b,bind-recursive=writable', "option 'bind-recursive=writable' requires 'readonly'"],
    ['type=tmpfs,dst=/t,tmpfs-mode=9', 'invalid value for tmpfs-mode: 9'],
    ['type=tmpfs,dst=/t,tmpfs-mode=40000000000', 'invalid value for tmpfs-mode: 40000000000'],
    ['dst=/x,"a', 'extraneous or missing " in quoted-field'],
  ])('refuses %j', (spec, words) => {
    expect(() => parseMount(spec)).toThrow(words);
  });

  it('reads back any quoted fields', () => {
    fc.assert(
      fc.property(fc.array(fc.string(), { minLength: 1 }), (fields) => {
        const record = fields.map((field) => `"${field.replaceAll('"', '""')}"`).join(',');
        expect(csvFields(record)).toEqual(fields);
      }),
    );
  });
});
