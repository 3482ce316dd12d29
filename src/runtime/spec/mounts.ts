import { posix } from 'node:path';
import type { HostConfig } from '../../wire/index.ts';
import type { SharedNamespaces } from './namespaces.ts';
import type { SpecMount } from './oci.ts';

type MountWishes = Pick<HostConfig, 'IpcMode' | 'ShmSize' | 'Privileged'>;

/** Docker's default size of /dev/shm, in bytes. */
const defaultShmSize = 64 * 1024 * 1024;

const mount = (destination: string, type: string, options: string): SpecMount => ({
  destination,
  type,
  source: type === 'tmpfs' && destination === '/dev/shm' ? 'shm' : type,
  options: options.split(' '),
});

function defaultMounts(shmSize: number): SpecMount[] {
  return [
    mount('/proc', 'proc', 'nosuid noexec nodev'),
    mount('/dev', 'tmpfs', 'nosuid strictatime mode=755 size=65536k'),
    mount('/dev/pts', 'devpts', 'nosuid noexec newinstance ptmxmode=0666 mode=0620 gid=5'),
    mount('/sys', 'sysfs', 'nosuid noexec nodev ro'),
    mount('/sys/fs/cgroup', 'cgroup', 'ro nosuid noexec nodev'),
    mount('/dev/mqueue', 'mqueue', 'nosuid noexec nodev'),
    mount('/dev/shm', 'tmpfs', `nosuid noexec nodev mode=1777 size=${shmSize || defaultShmSize}`),
  ];
}

/** Stay writable in a container whose root file system is not. */
const alwaysWritable = new Set(['/proc', '/dev', '/dev/pts', '/dev/shm', '/dev/mqueue']);

/**
 * Everything the runtime mounts: Docker's defaults, then what the user has, which replaces a default at the same place,
 * and with /dev every default beneath it. The user's own are passed as they are, in their order.
 */
export function mountsFor(
  wishes: MountWishes,
  options: { mounts: SpecMount[]; readonlyRootfs: boolean; shared?: SharedNamespaces | undefined },
): SpecMount[] {
  const taken = new Set(options.mounts.map(({ destination }) => posix.resolve('/', destination)));
  const kept = defaultMounts(wishes.ShmSize)
    .filter(({ destination }) => !taken.has(destination))
    .filter(({ destination }) => !(taken.has('/dev') && destination.startsWith('/dev/')))
    .flatMap((each) => (each.destination === '/dev/shm' ? sharedMemory(wishes, each, options.shared) : [each]))
    .map((each) => protect(each, options.readonlyRootfs))
    .map((each) => (wishes.Privileged && (each.type === 'sysfs' || each.type === 'cgroup') ? writable(each) : each));
  return [...kept, ...options.mounts];
}

/** IPC by shared memory goes with the IPC namespace: the host's, another container's, or one's own. */
function sharedMemory({ IpcMode }: MountWishes, own: SpecMount, shared: SharedNamespaces | undefined): SpecMount[] {
  if (IpcMode === 'none') return [];
  const bind = (source: string): SpecMount[] => [
    { destination: '/dev/shm', type: 'bind', source, options: ['rbind', 'nosuid', 'noexec', 'nodev'] },
  ];
  if (IpcMode === 'host') return bind('/dev/shm');
  const owner = IpcMode.startsWith('container:') ? /^\/proc\/(\d+)\//.exec(shared?.ipc ?? '')?.[1] : undefined;
  return owner === undefined ? [own] : bind(`/proc/${owner}/root/dev/shm`);
}

function protect(each: SpecMount, readonlyRootfs: boolean): SpecMount {
  if (!readonlyRootfs || alwaysWritable.has(each.destination) || each.options.includes('ro')) return each;
  return { ...each, options: [...each.options, 'ro'] };
}

const writable = (each: SpecMount): SpecMount => ({ ...each, options: each.options.filter((word) => word !== 'ro') });

/** The propagation of the root that the user's mounts need: without it a `shared` or `slave` mount hears of nothing. */
export function rootPropagation(mounts: SpecMount[]): string | undefined {
  const asks = (...words: string[]) => mounts.some(({ options }) => options.some((word) => words.includes(word)));
  if (asks('shared', 'rshared')) return 'shared';
  return asks('slave', 'rslave') ? 'rslave' : undefined;
}
