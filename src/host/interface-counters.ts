import { readFileSync } from 'node:fs';

/** What has gone through a network interface since it was made; bytes, and numbers of packets. */
export interface InterfaceCounters {
  rx_bytes: number;
  rx_packets: number;
  rx_errors: number;
  rx_dropped: number;
  tx_bytes: number;
  tx_packets: number;
  tx_errors: number;
  tx_dropped: number;
}

/** The counters of every interface in a process's network namespace, by name. Throws what the file system throws. */
export function interfaceCounters(pid: number): Map<string, InterfaceCounters> {
  return parseInterfaceCounters(readFileSync(`/proc/${pid}/net/dev`, 'utf8'));
}

/** `/proc/PID/net/dev`: two lines of titles, then `NAME: ` with eight counters for what came and eight for what went (proc(5)). */
export function parseInterfaceCounters(text: string): Map<string, InterfaceCounters> {
  const found = new Map<string, InterfaceCounters>();
  for (const line of text.split('\n')) {
    const [, name, counters] = /^\s*(\S+):\s*([\d\s]+)$/.exec(line) ?? [];
    if (name === undefined || counters === undefined) continue;
    const numbers = counters.trim().split(/\s+/).map(Number);
    const at = (index: number): number => numbers[index] ?? 0;
    found.set(name, {
      rx_bytes: at(0),
      rx_packets: at(1),
      rx_errors: at(2),
      rx_dropped: at(3),
      tx_bytes: at(8),
      tx_packets: at(9),
      tx_errors: at(10),
      tx_dropped: at(11),
    });
  }
  return found;
}
