/** Fills the empty folder `dir` with a small root file system made from the host's static busybox. */
export function makeBusyboxRootfs(dir: string): void;
