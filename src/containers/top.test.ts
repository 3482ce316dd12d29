import { describe, expect, it } from 'vitest';
import { processTable } from './top.ts';

describe('processTable', () => {
  const ef = [
    'UID          PID    PPID  C STIME TTY          TIME CMD',
    'root         101       1  0 10:00 ?        00:00:00 sh -c sleep 100; true',
    'root         102     101  0 10:00 ?        00:00:00 sleep 100',
    'root        1010       1  0 10:00 ?        00:00:00 not of this container',
    '',
  ].join('\n');

  it('keeps the rows of the given processes, the last column whole', () => {
    expect(processTable(ef, new Set([101, 102]))).toEqual({
      Titles: ['UID', 'PID', 'PPID', 'C', 'STIME', 'TTY', 'TIME', 'CMD'],
      Processes: [
        ['root', '101', '1', '0', '10:00', '?', '00:00:00', 'sh -c sleep 100; true'],
        ['root', '102', '101', '0', '10:00', '?', '00:00:00', 'sleep 100'],
      ],
    });
  });

  it('takes threads with the process they stand under', () => {
    const output = 'PID LWP CMD\n7 - server\n- 8 -\n9 - other\n- 10 -\n';
    expect(processTable(output, new Set([7])).Processes).toEqual([
      ['7', '-', 'server'],
      ['-', '8', '-'],
    ]);
  });

  it('leaves other blanks than ASCII ones in a command line', () => {
    expect(processTable('PID CMD\n5 a\u00a0b\u2003c\n', new Set([5])).Processes).toEqual([['5', 'a\u00a0b\u2003c']]);
  });

  it('needs a column of process ids', () => {
    expect(() => processTable('COMMAND\nsh\n', new Set([5]))).toThrow("Couldn't find PID field in ps output");
    expect(() => processTable('PID CMD\nx sh\n', new Set([5]))).toThrow("Unexpected pid 'x'");
  });
});
