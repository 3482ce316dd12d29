import { describe, expect, it } from 'vitest';
import { type HostConfig, hostConfigSchema } from '../wire/index.ts';
import { mergeUpdate } from './update.ts';

const host = (fields: Partial<HostConfig> = {}): HostConfig => ({ ...hostConfigSchema.parse({}), ...fields });
const mib = 1024 * 1024;

describe('mergeUpdate', () => {
  it('changes what is given, and leaves the rest', () => {
    const present = host({ Memory: 100 * mib, CpuShares: 512, CpusetCpus: '0', PidsLimit: 10 });
    expect(mergeUpdate(present, host({ CpuShares: 256 }))).toEqual({
      ...present,
      CpuShares: 256,
      MemorySwap: 200 * mib,
    });
    expect(mergeUpdate(present, host({ PidsLimit: 5, CpusetCpus: '1' }))).toMatchObject({
      PidsLimit: 5,
      CpusetCpus: '1',
    });
    expect(mergeUpdate(present, host({ ReadonlyRootfs: true, Privileged: true }))).toMatchObject({
      ReadonlyRootfs: false,
      Privileged: false,
    });
  });

  it('lets memory grow beyond the swap limit only together with it', () => {
    const present = host({ Memory: 100 * mib, MemorySwap: 200 * mib });
    expect(() => mergeUpdate(present, host({ Memory: 300 * mib }))).toThrow(
      /Memory limit should be smaller than already set memoryswap/,
    );
    expect(mergeUpdate(present, host({ Memory: 300 * mib, MemorySwap: 400 * mib })).Memory).toBe(300 * mib);
    expect(mergeUpdate(host({ Memory: 100 * mib, MemorySwap: -1 }), host({ Memory: 300 * mib })).Memory).toBe(
      300 * mib,
    );
    expect(() => mergeUpdate(host(), host({ Memory: 300 * mib }))).toThrow(/memoryswap/);
  });

  it('knows one way of limiting processors at a time', () => {
    const conflicting = (present: Partial<HostConfig>, asked: Partial<HostConfig>) => () =>
      mergeUpdate(host(present), host(asked));
    expect(conflicting({ CpuPeriod: 1000 }, { NanoCpus: 1e9 })).toThrow(
      'Nano CPUs cannot be updated as CPU Period has',
    );
    expect(conflicting({ CpuQuota: 1000 }, { NanoCpus: 1e9 })).toThrow('Nano CPUs cannot be updated as CPU Quota has');
    expect(conflicting({ NanoCpus: 1e9 }, { CpuPeriod: 1000 })).toThrow('CPU Period cannot be updated as NanoCPUs has');
    expect(conflicting({ NanoCpus: 1e9 }, { CpuQuota: 1000 })).toThrow('CPU Quota cannot be updated as NanoCPUs has');
    expect(mergeUpdate(host({ NanoCpus: 1e9 }), host({ NanoCpus: 2e9 })).NanoCpus).toBe(2e9);
  });

  it('refuses to restart what is removed at its end', () => {
    const always = host({ RestartPolicy: { Name: 'always', MaximumRetryCount: 0 } });
    expect(() => mergeUpdate(host({ AutoRemove: true }), always)).toThrow(/AutoRemove is enabled/);
    expect(mergeUpdate(host(), always).RestartPolicy.Name).toBe('always');
    expect(mergeUpdate(always, host()).RestartPolicy.Name).toBe('always');
  });
});
