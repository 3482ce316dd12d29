/** What the third field of `-v source:target:mode` says. */
export interface Mode {
  readOnly: boolean;
  /** "" where none was asked for. */
  propagation: string;
  noCopy: boolean;
  /** The content is given to the container's user: podman's `U`, which Docker does not have. */
  takeOver: boolean;
  /** The content is shown as the container user's; on disk nothing changes. Not Docker's either. */
  mapOwner: boolean;
  /** SELinux: z labels the content for all containers, Z for one. */
  relabelled: 'z' | 'Z' | undefined;
}

/** The words of mount propagation, as Docker and the kernel name them. */
export const propagations: readonly string[] = ['private', 'rprivate', 'shared', 'rshared', 'slave', 'rslave'];

/** Of each group a mode holds one word at most. Consistency means nothing here, but is allowed. */
const groups: readonly (readonly string[])[] = [
  ['ro', 'rw'],
  ['z', 'Z'],
  propagations,
  ['nocopy'],
  ['U', 'idmap'],
  ['consistent', 'cached', 'delegated'],
];

/** Reads a mode; "" is one that asks for nothing. @returns undefined for what is no mode. */
export function parseMode(raw: string): Mode | undefined {
  const words = raw === '' ? [] : raw.split(',');
  if (!words.every((word) => groups.some((group) => group.includes(word)))) return undefined;
  if (groups.some((group) => words.filter((word) => group.includes(word)).length > 1)) return undefined;
  return {
    readOnly: words.includes('ro'),
    propagation: words.find((word) => propagations.includes(word)) ?? '',
    noCopy: words.includes('nocopy'),
    takeOver: words.includes('U'),
    mapOwner: words.includes('idmap'),
    relabelled: words.find((word) => word === 'z' || word === 'Z'),
  };
}
