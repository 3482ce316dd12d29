import { invalidArgument, systemError } from '../../errors/index.ts';
import { MS, parseMountOptions } from '../../host/index.ts';
import type { Mount } from '../../wire/index.ts';

/** What a tmpfs in a container has unless the user says otherwise: nothing in it is run, no devices, seen by nobody else. */
const defaults = ['noexec', 'nosuid', 'nodev', 'rprivate'];

/** What tmpfs itself takes, beside the flags of every mount. */
const dataKeys = ['size', 'mode', 'uid', 'gid', 'nr_inodes', 'nr_blocks', 'mpol'];

/**
 * The mount options of a tmpfs, as the runtime takes them.
 * @param data a comma list, of `--tmpfs /path:data` or {@link tmpfsData}. What comes later wins over what comes before, and all
 *   of it over the defaults.
 * @throws system `invalid tmpfs option "…"`: Docker too says so only at start.
 */
export function tmpfsOptions(data: string): string[] {
  const taken = new Set<string>();
  const options: string[] = [];
  const words = [...defaults, ...data.split(',')].filter((word) => word !== '' && word !== 'defaults');
  for (const word of words.reverse()) {
    const subject = subjectOf(word);
    if (taken.has(subject)) continue;
    taken.add(subject);
    options.unshift(word);
  }
  return options;
}

const propagation = MS.PRIVATE | MS.SHARED | MS.SLAVE | MS.UNBINDABLE;

/** Which flags are each other's opposites, in words: the two sides of a flag have one subject. */
const opposites: Readonly<Record<string, string>> = {
  rw: 'ro',
  suid: 'nosuid',
  dev: 'nodev',
  exec: 'noexec',
  async: 'sync',
  nomand: 'mand',
  symfollow: 'nosymfollow',
  atime: 'noatime',
  diratime: 'nodiratime',
  norelatime: 'relatime',
  nostrictatime: 'strictatime',
  nolazytime: 'lazytime',
};

/** What a word decides; of the words that decide one thing, the last counts. */
function subjectOf(word: string): string {
  const { flags, data } = parseMountOptions(word);
  if ((flags & propagation) !== 0) return 'propagation';
  if (data === '') return opposites[word] ?? word;
  const at = word.indexOf('=');
  const key = at < 0 ? word : word.slice(0, at);
  if (at < 0 || !dataKeys.includes(key)) throw systemError(`invalid tmpfs option ${JSON.stringify(key)}`);
  return key;
}

/**
 * The options of a `--mount type=tmpfs` as a comma list.
 * @throws invalid-argument for an option that Docker does not let through the API.
 */
export function tmpfsData({ ReadOnly, TmpfsOptions }: Mount): string {
  const words: string[] = ReadOnly ? ['ro'] : [];
  const { SizeBytes = 0, Mode = 0, Options = [] } = TmpfsOptions ?? {};
  if (Mode !== 0) words.push(`mode=${Mode.toString(8)}`);
  if (SizeBytes !== 0) words.push(`size=${inLargestUnit(SizeBytes)}`);
  return [...words, ...Options.map(checkedOption)].join(',');
}

function inLargestUnit(bytes: number): string {
  for (const [unit, size] of [
    ['g', 2 ** 30],
    ['m', 2 ** 20],
    ['k', 2 ** 10],
  ] as const) {
    if (bytes % size === 0) return `${bytes / size}${unit}`;
  }
  return String(bytes);
}

function checkedOption(option: readonly string[]): string {
  const [key = '', ...values] = option;
  if (values.length > 0 || !['exec', 'noexec'].includes(key)) {
    throw invalidArgument(
      `invalid tmpfs option ${JSON.stringify(option.join('='))}, only "exec" and "noexec" are allowed`,
    );
  }
  return key;
}
