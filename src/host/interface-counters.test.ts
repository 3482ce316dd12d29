import { expect, it } from 'vitest';
import { interfaceCounters, parseInterfaceCounters } from './interface-counters.ts';

it('reads what came and what went, also where no blank follows the name', () => {
  const text = [
    'Inter-|   Receive                                                |  Transmit',
    ' face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets errs drop fifo colls carrier compressed',
    '    lo:       0       0    0    0    0     0          0         0        0       0    0    0    0     0       0          0',
    '  eth0:12345678      10    1    2    0     0          0         0      987       8    3    4    0     0       0          0',
    '',
  ].join('\n');
  const counters = parseInterfaceCounters(text);
  expect([...counters.keys()]).toEqual(['lo', 'eth0']);
  expect(counters.get('eth0')).toEqual({
    rx_bytes: 12_345_678,
    rx_packets: 10,
    rx_errors: 1,
    rx_dropped: 2,
    tx_bytes: 987,
    tx_packets: 8,
    tx_errors: 3,
    tx_dropped: 4,
  });
});

it('knows the loopback of our own namespace', () => {
  expect(interfaceCounters(process.pid).has('lo')).toBe(true);
});
