import { describe, expect, it } from 'vitest';
import { availableCapabilities, capabilitiesFor, capabilitySets } from './capabilities.ts';

const all = availableCapabilities('CapBnd:\t000001ffffffffff\n');
const none = { CapAdd: null, CapDrop: null, Privileged: false };

describe('capabilitiesFor', () => {
  it('gives the fourteen defaults where nothing is asked', () => {
    expect(capabilitiesFor(none, all)).toHaveLength(14);
    expect(capabilitiesFor(none, all)).not.toContain('CAP_SYS_ADMIN');
  });

  it('takes names with and without the prefix, in any case', () => {
    const names = capabilitiesFor({ ...none, CapAdd: ['net_admin', 'CAP_SYS_TIME'], CapDrop: ['Mknod'] }, all);
    expect(names).toEqual(expect.arrayContaining(['CAP_NET_ADMIN', 'CAP_SYS_TIME']));
    expect(names).not.toContain('CAP_MKNOD');
  });

  it('knows ALL on either side', () => {
    expect(capabilitiesFor({ ...none, CapDrop: ['ALL'] }, all)).toEqual([]);
    expect(capabilitiesFor({ ...none, CapDrop: ['all'], CapAdd: ['CHOWN'] }, all)).toEqual(['CAP_CHOWN']);
    const allButOne = capabilitiesFor({ ...none, CapAdd: ['ALL'], CapDrop: ['SYS_ADMIN'] }, all);
    expect(allButOne).toHaveLength(all.length - 1);
  });

  it('refuses a name that is none with Docker’s words', () => {
    expect(() => capabilitiesFor({ ...none, CapAdd: ['x'] }, all)).toThrow(
      'invalid CapAdd: unknown capability: "CAP_X"',
    );
    expect(() => capabilitiesFor({ ...none, CapDrop: ['CAP_X'] }, all)).toThrow(
      'invalid CapDrop: unknown capability: "CAP_X"',
    );
  });

  it('never gives what this process does not have', () => {
    const limited = all.filter((name) => name !== 'CAP_SYS_RESOURCE' && name !== 'CAP_CHOWN');
    expect(capabilitiesFor({ ...none, Privileged: true }, limited)).toEqual(limited);
    expect(capabilitiesFor(none, limited)).not.toContain('CAP_CHOWN');
    expect(() => capabilitiesFor({ ...none, CapAdd: ['SYS_RESOURCE'] }, limited)).toThrow(
      /not available in the current environment: "CAP_SYS_RESOURCE"/,
    );
    expect(() => capabilitiesFor({ ...none, CapDrop: ['SYS_RESOURCE'] }, limited)).not.toThrow();
  });
});

describe('capabilitySets', () => {
  it('leaves only the bounding set to who is not root', () => {
    expect(capabilitySets(['CAP_CHOWN'], 0).effective).toEqual(['CAP_CHOWN']);
    expect(capabilitySets(['CAP_CHOWN'], 5)).toEqual({ bounding: ['CAP_CHOWN'], effective: [], permitted: [] });
  });
});
