import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { statfs } from './file-system.ts';
import { hostFacts, parseOsRelease } from './host-facts.ts';
import { run } from './run.ts';

describe('hostFacts', () => {
  it('says what uname and the system files say', async () => {
    const facts = hostFacts();
    const [kernel, arch, name] = (await run(['uname', '-rmn'])).stdout.trim().split(' ').toSorted();
    expect([facts.kernel, facts.arch, facts.hostname].toSorted()).toEqual([kernel, arch, name]);
    const [, kilobytes] = /^MemTotal:\s+(\d+)/.exec(readFileSync('/proc/meminfo', 'utf8')) ?? [];
    expect(facts.memoryBytes).toBe(Number(kilobytes) * 1024);
    expect(facts.cpus).toBe(Number((await run(['nproc'])).stdout));
    expect(facts.osName).not.toBe('');
    expect(facts.cgroup).toBe(facts.cgroups.version);
  });
});

describe('parseOsRelease', () => {
  it('reads values with and without quotes', () => {
    const text = [
      '# comment',
      'NAME=Debian',
      'PRETTY_NAME="Debian \\"12\\" \\$x"',
      "ID='a\\b'",
      'EMPTY=',
      'BAD LINE',
      '  VERSION_ID="12"  ',
    ].join('\n');
    expect(parseOsRelease(text)).toEqual({
      NAME: 'Debian',
      PRETTY_NAME: 'Debian "12" $x',
      ID: 'a\\b',
      EMPTY: '',
      VERSION_ID: '12',
    });
  });

  it('never fails, whatever the text', () => {
    fc.assert(fc.property(fc.string(), (text) => typeof parseOsRelease(text) === 'object'));
  });
});

describe('statfs', () => {
  it('agrees with stat(1)', async () => {
    for (const path of ['/', '/proc', '/dev/shm']) {
      const words = (await run(['stat', '-f', '-c', '%S %b', path])).stdout.trim().split(' ').map(Number);
      expect(statfs(path).totalBytes).toBe((words[0] ?? 0) * (words[1] ?? 0));
    }
    expect(statfs('/dev/shm').type).toBe('tmpfs');
    expect(statfs('/proc').type).toBe('proc');
    expect(statfs('/dev/pts').type).toBe('0x1cd1');
    expect(() => statfs('/no/such')).toThrowError('statfs /no/such: no such file or directory');
  });
});
