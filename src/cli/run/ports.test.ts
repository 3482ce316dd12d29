import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readPublished } from './ports.ts';

describe('ports', () => {
  it('pairs ranges', () => {
    expect(readPublished(['8000-8001:80-81/udp', '127.0.0.1::53', '[::1]:90:90', 'published=1-2,target=7'])).toEqual({
      '80/udp': [{ HostIp: '', HostPort: '8000' }],
      '81/udp': [{ HostIp: '', HostPort: '8001' }],
      '53/tcp': [{ HostIp: '127.0.0.1', HostPort: '' }],
      '90/tcp': [{ HostIp: '::1', HostPort: '90' }],
      '7/tcp': [{ HostIp: '', HostPort: '1-2' }],
    });
    expect(() => readPublished(['1-3:1-2'])).toThrow(
      'invalid ranges specified for container and host Ports: 1-2 and 1-3',
    );
    expect(() => readPublished(['host:80:80'])).toThrow('invalid IP address: host');
    expect(() => readPublished(['70000:80'])).toThrow('invalid hostPort: 70000');
    expect(() => readPublished(['80/foo'])).toThrow('invalid proto: foo');
  });

  it('never throws anything but its own error', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[\d:./a-z=,[\]-]{0,20}$/), (spec) => {
        try {
          readPublished([spec]);
        } catch (error) {
          expect(error).toMatchObject({ kind: 'invalid-argument' });
        }
      }),
    );
  });
});
