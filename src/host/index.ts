export { type BindOptions, bindMount, hasRecursiveReadOnly } from './bind-mount.ts';
export {
  createSubvolume,
  deleteSubvolume,
  hasNestedSubvolumes,
  isSubvolume,
  makeReadOnly,
  snapshotSubvolume,
} from './btrfs.ts';
export { enableQuota, limitSubvolume, subvolumeUsage } from './btrfs-quota.ts';
export { type CgroupLayout, cgroupLayout, processCgroups } from './cgroups.ts';
export { chownTree } from './chown-tree.ts';
export { compareTrees, type Difference } from './compare-trees.ts';
export { compressionOfFile, decompressStream, openDecompressed } from './compression.ts';
export { sharesData } from './copy-data.ts';
export { copyTree } from './copy-tree.ts';
export { type DirectoryLock, lockDirectory } from './directory-lock.ts';
export { diskUsage } from './disk-usage.ts';
export {
  exchange,
  exchangeDurable,
  fsyncDirectory,
  renameDurable,
  renameNoReplace,
  syncfs,
  temporaryName,
  type WriteOptions,
  writeDurable,
} from './durable.ts';
export { EmptyFolders } from './empty-folders.ts';
export { lockFile } from './file-lock.ts';
export { type FileSystemFacts, statfs } from './file-system.ts';
export { codeOf, fromNode, type HostError, hostError } from './host-error.ts';
export { type HostFacts, hostFacts } from './host-facts.ts';
export { mountIdmapped } from './idmapped-mount.ts';
export { O_PATH, type OpenFlags, openInRoot } from './in-root.ts';
export { type InterfaceCounters, interfaceCounters } from './interface-counters.ts';
export { type Log, type LogFields, silentLog } from './log.ts';
export { loopsOf, openLoop, updateLoopSize } from './loop-device.ts';
export { makeFolders } from './make-folders.ts';
export { mountApart } from './mount-apart.ts';
export { MS, type Propagation, parseMountOptions } from './mount-options.ts';
export { bindToPlace, clearPlaces, dropPlace } from './mount-place.ts';
export { isMountpoint, type MountEntry, mountpointsBeneath, mountTable } from './mount-table.ts';
export { copyMountTree } from './mount-tree.ts';
export {
  detachMount,
  type MountCall,
  mount,
  type UnmountOptions,
  unmount,
  unmountAsync,
} from './mounts.ts';
export { type DirectoryOptions, ensureDirectory, makeNode } from './nodes.ts';
export { type OutputPipe, outputPipe } from './output-pipe.ts';
export { type ArchiveCompression, type Packing, packArchive } from './pack-archive.ts';
export { type PacketHandlers, PacketSocket } from './packet-socket.ts';
export {
  isAlive,
  type ProcessIdentity,
  processesNaming,
  processStartTime,
  signalProcess,
} from './process-identity.ts';
export { bytesWritten } from './process-io.ts';
export { findProgram } from './programs.ts';
export { removeTree } from './remove-tree.ts';
export { mkdirInRoot, resolveInRoot } from './resolve-in-root.ts';
export { routedSubnets } from './routes.ts';
export { type RunError, type RunOptions, type RunResult, run } from './run.ts';
export { containerFileLabel, hasSelinux, relabelTree } from './selinux.ts';
export { settled } from './settled.ts';
export { type ChildStream, type Exit, type Spawned, type SpawnOptions, spawnProcess } from './spawn-process.ts';
export { openSubpath } from './subpath.ts';
export { setSysctl } from './sysctl.ts';
export { type TarCreateOptions, type TarExtractOptions, tarCreate, tarExtract } from './tar.ts';
export { encodeComment, encodeHeader, padding } from './tar-header.ts';
export { type TarEntry, TarScan } from './tar-scan.ts';
export { startThawWatchdog, type ThawOrder, type ThawWatchdog } from './thaw-watchdog.ts';
export type { IdMap, IdRange } from './user-namespace.ts';
export { getXattr, removeXattr, setXattr } from './xattr.ts';
