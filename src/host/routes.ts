import { readFileSync } from 'node:fs';

/**
 * The IPv4 subnets that this host has routes to, in CIDR form (`10.0.0.0/8`), default routes left out.
 * @param except a link whose routes do not count
 */
export function routedSubnets(except = ''): string[] {
  const [, ...lines] = readFileSync('/proc/net/route', 'latin1').trim().split('\n');
  return lines.flatMap((line) => {
    const fields = line.split(/\s+/);
    const mask = littleEndian(fields[7] ?? '');
    const prefix = (mask.readUInt32BE().toString(2).match(/1/g) ?? []).length;
    return prefix === 0 || fields[0] === except ? [] : [`${littleEndian(fields[1] ?? '').join('.')}/${prefix}`];
  });
}

/** The kernel prints addresses as the integers they are in memory. */
function littleEndian(hex: string): Buffer {
  return Buffer.from(hex.padStart(8, '0').slice(-8), 'hex').reverse();
}
