import { createRequire } from 'node:module';

/** The system calls and library functions the engine needs and Node lacks. Pointers are Buffers; null is a null pointer. */
export interface Libc {
  mount: Async<(source: Buffer, target: Buffer, type: Buffer, flags: number, data: Buffer) => number>;
  umount2: Async<(target: Buffer, flags: number) => number>;
  flock(fd: number, operation: number): number;
  syncfs: Async<(fd: number) => number>;
  ioctl(fd: number, request: number, argument: number): number;
  /** As `ioctl`, for requests whose argument is a structure. */
  ioctlStruct: Async<(fd: number, request: number, argument: Buffer) => number>;
  lseek(fd: number, offset: number, whence: number): number;
  poll(fds: Buffer, count: number, timeout: number): number;
  linkat(from: number, fromPath: Buffer, to: number, toPath: Buffer, flags: number): number;
  readlinkat(fd: number, path: Buffer, out: Buffer, size: number): number;
  utimensat(fd: number, path: Buffer | null, times: Buffer, flags: number): number;
  futimens(fd: number, times: Buffer): number;
  flistxattr(fd: number, out: Buffer | null, size: number): number;
  fgetxattr(fd: number, name: Buffer, out: Buffer | null, size: number): number;
  fsetxattr(fd: number, name: Buffer, value: Buffer, size: number, flags: number): number;
  llistxattr(path: Buffer, out: Buffer | null, size: number): number;
  lgetxattr(path: Buffer, name: Buffer, out: Buffer | null, size: number): number;
  lsetxattr(path: Buffer, name: Buffer, value: Buffer, size: number, flags: number): number;
  setxattr(path: Buffer, name: Buffer, value: Buffer, size: number, flags: number): number;
  lremovexattr(path: Buffer, name: Buffer): number;
  copyFileRange: Async<
    (from: number, fromOffset: Buffer, to: number, toOffset: Buffer, length: number, flags: number) => number
  >;
  openat2(number: number, fd: number, path: Buffer, how: Buffer, size: number): number;
  mknodat(number: number, fd: number, path: Buffer, mode: number, device: number): number;
  renameat2(number: number, from: number, fromPath: Buffer, to: number, toPath: Buffer, flags: number): number;
  openTree(number: number, fd: number, path: Buffer, flags: number): number;
  statx(number: number, fd: number, path: string, flags: number, mask: number, out: Buffer): number;
  moveMount(number: number, from: number, fromPath: Buffer, to: number, toPath: Buffer, flags: number): number;
  mountSetattr(number: number, fd: number, path: Buffer, flags: number, attributes: Buffer, size: number): number;
  pidfdOpen(number: number, pid: number, flags: number): number;
  pidfdSendSignal(number: number, fd: number, signal: number, info: null, flags: number): number;
  socket(domain: number, type: number, protocol: number): number;
  socketpair(domain: number, type: number, protocol: number, fds: Buffer): number;
  connect(fd: number, address: Buffer, length: number): number;
  dup3(from: number, to: number, flags: number): number;
  strerror(errno: number): string;
  /** The errno of the last call of this thread; in an async callback, that of the finished call. */
  errno(): number;
  /** Every errno name this platform knows. */
  readonly errnoNames: Record<string, number>;
}

type Async<F extends (...args: never[]) => number> = F & {
  async: (...args: [...Parameters<F>, (error: unknown, result: number) => void]) => void;
};

/** System call numbers. Those added since Linux 5.1 are the same on every architecture. */
export const SYS = {
  openat2: 437,
  openTree: 428,
  moveMount: 429,
  mountSetattr: 442,
  pidfdSendSignal: 424,
  pidfdOpen: 434,
  statx: process.arch === 'x64' ? 332 : 291,
  mknodat: process.arch === 'x64' ? 259 : 33,
  renameat2: process.arch === 'x64' ? 316 : 276,
};

// `syscall` is declared once per shape. On x86-64 and AArch64 integer arguments of a variadic function travel in the
// same registers as those of a fixed one, so a fixed prototype is right.
const prototypes: Record<keyof Omit<Libc, 'errno' | 'errnoNames'>, [symbol: string, result: string, args: string]> = {
  mount: ['mount', 'int', 'void* void* void* ulong void*'],
  umount2: ['umount2', 'int', 'void* int'],
  flock: ['flock', 'int', 'int int'],
  syncfs: ['syncfs', 'int', 'int'],
  ioctl: ['ioctl', 'int', 'int ulong long'],
  ioctlStruct: ['ioctl', 'int', 'int ulong void*'],
  lseek: ['lseek', 'int64_t', 'int int64_t int'],
  poll: ['poll', 'int', 'void* ulong int'],
  linkat: ['linkat', 'int', 'int void* int void* int'],
  readlinkat: ['readlinkat', 'long', 'int void* void* size_t'],
  utimensat: ['utimensat', 'int', 'int void* void* int'],
  futimens: ['futimens', 'int', 'int void*'],
  flistxattr: ['flistxattr', 'long', 'int void* size_t'],
  fgetxattr: ['fgetxattr', 'long', 'int void* void* size_t'],
  fsetxattr: ['fsetxattr', 'int', 'int void* void* size_t int'],
  llistxattr: ['llistxattr', 'long', 'void* void* size_t'],
  lgetxattr: ['lgetxattr', 'long', 'void* void* void* size_t'],
  lsetxattr: ['lsetxattr', 'int', 'void* void* void* size_t int'],
  setxattr: ['setxattr', 'int', 'void* void* void* size_t int'],
  lremovexattr: ['lremovexattr', 'int', 'void* void*'],
  copyFileRange: ['copy_file_range', 'long', 'int void* int void* size_t uint'],
  openat2: ['syscall', 'long', 'long long void* void* size_t'],
  mknodat: ['syscall', 'long', 'long long void* ulong ulong'],
  renameat2: ['syscall', 'long', 'long long void* long void* ulong'],
  openTree: ['syscall', 'long', 'long long void* ulong'],
  statx: ['syscall', 'long', 'long long str ulong ulong void*'],
  moveMount: ['syscall', 'long', 'long long void* long void* ulong'],
  mountSetattr: ['syscall', 'long', 'long long void* ulong void* size_t'],
  pidfdOpen: ['syscall', 'long', 'long long ulong'],
  pidfdSendSignal: ['syscall', 'long', 'long long long void* ulong'],
  socket: ['socket', 'int', 'int int int'],
  socketpair: ['socketpair', 'int', 'int int int void*'],
  connect: ['connect', 'int', 'int void* uint'],
  dup3: ['dup3', 'int', 'int int int'],
  strerror: ['strerror', 'str', 'int'],
};

let loaded: Libc | undefined;

/** The C library, bound on first use: a command that needs none of it does not pay for loading koffi (about 8 ms). */
export function libc(): Libc {
  loaded ??= bind();
  return loaded;
}

function bind(): Libc {
  const koffi = createRequire(import.meta.url)('koffi') as typeof import('koffi');
  // The C library Node itself runs on, whatever it is called on this distribution (glibc or musl).
  const library = koffi.load(null);
  const bound: Record<string, unknown> = { errno: () => koffi.errno(), errnoNames: koffi.os.errno };
  for (const [name, [symbol, result, args]] of Object.entries(prototypes)) {
    bound[name] = library.func(symbol, result, args.split(' '));
  }
  return bound as unknown as Libc;
}
