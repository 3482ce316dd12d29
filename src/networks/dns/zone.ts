import { invalidArgument } from '../../errors/index.ts';

/** The names on one network. */
export interface Zone {
  /** The network's id, which names the file. */
  network: string;
  /** Where the name server listens: the bridge's addresses. */
  listen: readonly string[];
  records: ReadonlyArray<{ holder: string; ipv4: string; ipv6: string; names: readonly string[] }>;
}

/** A zone in the form that aardvark-dns reads: where to listen, then a line a container. */
export function zoneText({ listen, records }: Zone): string {
  const lines = records.map(({ holder, ipv4, ipv6, names }) => `${holder} ${ipv4} ${ipv6} ${lowered(names).join(',')}`);
  return `${[listen.join(','), ...lines].join('\n')}\n`;
}

/** Names are asked for in any case, and the name server compares them in lower case. */
const lowered = (names: readonly string[]): string[] => [...new Set(names.map((name) => name.toLowerCase()))];

/** A name has to be one word: it becomes part of a line. @throws invalid-argument `invalid alias: x` */
export function checkNames(names: readonly string[]): void {
  const bad = names.find((name) => !/^[a-zA-Z0-9_][a-zA-Z0-9_.-]*$/.test(name));
  if (bad !== undefined)
    throw invalidArgument(`invalid alias: ${JSON.stringify(bad)}: only [a-zA-Z0-9_.-] are allowed`);
}
