import type { SeccompProfile, SeccompRule } from './seccomp.ts';

/**
 * Docker's documented default profile (docs: "Seccomp security profiles for Docker") as rules: what is not allowed here
 * fails with EPERM. Names a kernel, architecture or runtime does not know do no harm: runtimes skip them.
 */

const words = (text: string): string[] => text.trim().split(/\s+/);

const files = words(`
  access chdir chmod chown chown32 close close_range copy_file_range creat dup dup2 dup3 faccessat faccessat2 fadvise64
  fadvise64_64 fallocate fchdir fchmod fchmodat fchmodat2 fchown fchown32 fchownat fcntl fcntl64 fdatasync flock fstat
  fstat64 fstatat64 fstatfs fstatfs64 fsync ftruncate ftruncate64 futimesat getcwd getdents getdents64 ioctl lchown
  lchown32 link linkat listmount lseek _llseek lstat lstat64 mkdir mkdirat mknod mknodat name_to_handle_at newfstatat
  open openat openat2 readlink readlinkat rename renameat renameat2 rmdir stat stat64 statfs statfs64 statmount statx
  symlink symlinkat sync sync_file_range syncfs truncate truncate64 umask unlink unlinkat utime utimensat
  utimensat_time64 utimes
`);

const attributes = words(`
  fgetxattr flistxattr fremovexattr fsetxattr getxattr getxattrat lgetxattr listxattr listxattrat llistxattr
  lremovexattr lsetxattr removexattr removexattrat setxattr setxattrat
`);

const transfer = words(`
  cachestat epoll_create epoll_create1 epoll_ctl epoll_ctl_old epoll_pwait epoll_pwait2 epoll_wait epoll_wait_old
  eventfd eventfd2 fanotify_mark inotify_add_watch inotify_init inotify_init1 inotify_rm_watch io_cancel io_destroy
  io_getevents io_pgetevents io_pgetevents_time64 io_setup io_submit ioprio_get ioprio_set pipe pipe2 poll ppoll
  ppoll_time64 pread64 preadv preadv2 pselect6 pselect6_time64 pwrite64 pwritev pwritev2 read readahead readv select
  _newselect sendfile sendfile64 signalfd signalfd4 splice tee vmsplice write writev
`);

const sockets = words(`
  accept accept4 bind connect getpeername getsockname getsockopt listen recv recvfrom recvmmsg recvmmsg_time64 recvmsg
  send sendmmsg sendmsg sendto setsockopt shutdown socketcall socketpair
`);

const memory = words(`
  brk madvise map_shadow_stack membarrier memfd_create memfd_secret mincore mlock mlock2 mlockall mmap mmap2 mprotect
  mremap mseal msync munlock munlockall munmap pkey_alloc pkey_free pkey_mprotect remap_file_pages
`);

const interprocess = words(`
  futex futex_requeue futex_time64 futex_wait futex_waitv futex_wake get_robust_list ipc mq_getsetattr mq_notify mq_open
  mq_timedreceive mq_timedreceive_time64 mq_timedsend mq_timedsend_time64 mq_unlink msgctl msgget msgrcv msgsnd semctl
  semget semop semtimedop semtimedop_time64 set_robust_list shmat shmctl shmdt shmget
`);

const processes = words(`
  capget capset execve execveat exit exit_group fork get_thread_area getcpu getegid getegid32 geteuid geteuid32 getgid
  getgid32 getgroups getgroups32 getpgid getpgrp getpid getppid getpriority getresgid getresgid32 getresuid getresuid32
  getrlimit getrusage getsid gettid getuid getuid32 landlock_add_rule landlock_create_ruleset landlock_restrict_self
  pidfd_open pidfd_send_signal prctl prlimit64 process_mrelease restart_syscall riscv_hwprobe rseq sched_get_priority_max
  sched_get_priority_min sched_getaffinity sched_getattr sched_getparam sched_getscheduler sched_rr_get_interval
  sched_rr_get_interval_time64 sched_setaffinity sched_setattr sched_setparam sched_setscheduler sched_yield seccomp
  set_thread_area set_tid_address setfsgid setfsgid32 setfsuid setfsuid32 setgid setgid32 setgroups setgroups32 setpgid
  setpriority setregid setregid32 setresgid setresgid32 setresuid setresuid32 setreuid setreuid32 setrlimit setsid setuid
  setuid32 ugetrlimit uretprobe vfork wait4 waitid waitpid
`);

const signalsAndTime = words(`
  adjtimex alarm clock_adjtime clock_adjtime64 clock_getres clock_getres_time64 clock_gettime clock_gettime64
  clock_nanosleep clock_nanosleep_time64 getitimer getrandom gettimeofday kill nanosleep pause rt_sigaction rt_sigpending
  rt_sigprocmask rt_sigqueueinfo rt_sigreturn rt_sigsuspend rt_sigtimedwait rt_sigtimedwait_time64 rt_tgsigqueueinfo
  setitimer sigaltstack sigprocmask sigreturn sysinfo tgkill time timer_create timer_delete timer_getoverrun
  timer_gettime timer_gettime64 timer_settime timer_settime64 timerfd_create timerfd_gettime timerfd_gettime64
  timerfd_settime timerfd_settime64 times tkill uname
`);

/** What having a capability allows on top. */
const byCapability: Record<string, string[]> = {
  CAP_DAC_READ_SEARCH: words('open_by_handle_at'),
  CAP_SYS_ADMIN: words(`
    bpf clone clone3 fanotify_init fsconfig fsmount fsopen fspick lookup_dcookie lsm_get_self_attr lsm_list_modules
    lsm_set_self_attr mount mount_setattr move_mount open_tree perf_event_open quotactl quotactl_fd setdomainname
    sethostname setns syslog umount umount2 unshare
  `),
  CAP_SYS_BOOT: words('reboot'),
  CAP_SYS_CHROOT: words('chroot'),
  CAP_SYS_MODULE: words('delete_module finit_module init_module'),
  CAP_SYS_PACCT: words('acct'),
  CAP_SYS_PTRACE: words('kcmp pidfd_getfd process_madvise process_vm_readv process_vm_writev ptrace'),
  CAP_SYS_RAWIO: words('ioperm iopl'),
  CAP_SYS_TIME: words('clock_settime clock_settime64 settimeofday stime'),
  CAP_SYS_TTY_CONFIG: words('vhangup'),
  CAP_SYS_NICE: words('get_mempolicy mbind set_mempolicy set_mempolicy_home_node'),
  CAP_SYSLOG: words('syslog'),
  CAP_BPF: words('bpf'),
  CAP_PERFMON: words('perf_event_open'),
};

const byArchitecture: Array<[architectures: string[], names: string[]]> = [
  [['ppc64le'], words('swapcontext sync_file_range2')],
  [['arm', 'arm64'], words('arm_fadvise64_64 arm_sync_file_range breakpoint cacheflush set_tls sync_file_range2')],
  [['amd64', 'x32'], words('arch_prctl')],
  [['amd64', 'x32', 'x86'], words('modify_ldt')],
  [['s390', 's390x'], words('s390_pci_mmio_read s390_pci_mmio_write s390_runtime_instr')],
  [['riscv64'], words('riscv_flush_icache')],
];

const allow = (names: string[], rest: Partial<SeccompRule> = {}): SeccompRule => ({
  names,
  action: 'SCMP_ACT_ALLOW',
  ...rest,
});

const allowWhen = (name: string, op: string, value: number): SeccompRule =>
  allow([name], { args: [{ index: 0, value, op }] });

// AF_ALG (38) reaches the kernel's crypto code and AF_VSOCK (40) the hypervisor; neither is namespaced. Comparisons of
// one argument in several rules are alternatives, so the allowed families are the ranges around the two.
const socketFamilies = [
  allowWhen('socket', 'SCMP_CMP_LT', 38),
  allowWhen('socket', 'SCMP_CMP_EQ', 39),
  allowWhen('socket', 'SCMP_CMP_GT', 40),
];

// Linux and its 32-bit flavour, each with UNAME26; 0xffffffff only asks which one is set.
const personalities = [0x0, 0x8, 0x20000, 0x20008, 0xffffffff].map((value) =>
  allowWhen('personality', 'SCMP_CMP_EQ', value),
);

// NEWNS | NEWCGROUP | NEWUTS | NEWIPC | NEWUSER | NEWPID | NEWNET: without CAP_SYS_ADMIN no new namespaces.
const namespaceFlags = 0x7e020000;
const plainClone = (index: number): SeccompRule =>
  allow(['clone'], { args: [{ index, value: namespaceFlags, valueTwo: 0, op: 'SCMP_CMP_MASKED_EQ' }] });

const cloneRules: SeccompRule[] = [
  { ...plainClone(0), excludes: { caps: ['CAP_SYS_ADMIN'], arches: ['s390', 's390x'] } },
  // On s390 the flags are the second argument.
  { ...plainClone(1), includes: { arches: ['s390', 's390x'] }, excludes: { caps: ['CAP_SYS_ADMIN'] } },
  // clone3 has its flags in memory, where a filter cannot look; ENOSYS makes libraries fall back to clone.
  { names: ['clone3'], action: 'SCMP_ACT_ERRNO', errnoRet: 38, excludes: { caps: ['CAP_SYS_ADMIN'] } },
];

/** The profile of containers that name none. */
export const defaultSeccompProfile: SeccompProfile = {
  defaultAction: 'SCMP_ACT_ERRNO',
  defaultErrnoRet: 1,
  archMap: [
    // Docker has x32 here too. Kernels do not run its programs unless told to at boot, and it takes libseccomp more time
    // than the other two together: 10 ms of each start and each exec. A profile that names it still gets it.
    { architecture: 'SCMP_ARCH_X86_64', subArchitectures: ['SCMP_ARCH_X86'] },
    { architecture: 'SCMP_ARCH_AARCH64', subArchitectures: ['SCMP_ARCH_ARM'] },
    { architecture: 'SCMP_ARCH_MIPS64', subArchitectures: ['SCMP_ARCH_MIPS', 'SCMP_ARCH_MIPS64N32'] },
    { architecture: 'SCMP_ARCH_MIPS64N32', subArchitectures: ['SCMP_ARCH_MIPS', 'SCMP_ARCH_MIPS64'] },
    { architecture: 'SCMP_ARCH_MIPSEL64', subArchitectures: ['SCMP_ARCH_MIPSEL', 'SCMP_ARCH_MIPSEL64N32'] },
    { architecture: 'SCMP_ARCH_MIPSEL64N32', subArchitectures: ['SCMP_ARCH_MIPSEL', 'SCMP_ARCH_MIPSEL64'] },
    { architecture: 'SCMP_ARCH_S390X', subArchitectures: ['SCMP_ARCH_S390'] },
    { architecture: 'SCMP_ARCH_RISCV64', subArchitectures: [] },
  ],
  syscalls: [
    allow([files, attributes, transfer, sockets, memory, interprocess, processes, signalsAndTime].flat()),
    // Before 4.8 a tracer could get its tracee out of the filter.
    allow(words('process_vm_readv process_vm_writev ptrace'), { includes: { minKernel: '4.8' } }),
    ...socketFamilies,
    ...personalities,
    ...byArchitecture.map(([arches, names]) => allow(names, { includes: { arches } })),
    ...Object.entries(byCapability).map(([name, names]) => allow(names, { includes: { caps: [name] } })),
    ...cloneRules,
  ],
};
