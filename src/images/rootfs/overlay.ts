import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readlinkSync,
  rmSync,
  statSync,
  symlinkSync,
} from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { codeOf, detachMount, isMountpoint, type MountCall, MS, mount } from '../../host/index.ts';

/*
 * A root file system's folder: `l/0`, `l/1`, … link to its layers, topmost first, `upper` takes what the container
 * writes, `work` is overlayfs's own, `merged` is where it is mounted. The links are short and relative, so that hundreds
 * of layers fit into the 4 KiB of options that mount(2) takes, and the folder can be moved with the layers.
 */
const linksName = 'l';

/** The folder that takes what a container changes. */
export const upperDir = (dir: string): string => join(dir, 'upper');
/** Where it is mounted. */
export const mergedDir = (dir: string): string => join(dir, 'merged');

/**
 * Makes the folder of a root file system; nothing is mounted.
 * @param layers absolute paths of unpacked layers, topmost first; none for an image without any.
 */
export function makeRootfs(dir: string, layers: readonly string[]): void {
  const links = join(dir, linksName);
  for (const path of [dir, links, join(dir, 'work'), mergedDir(dir)]) mkdirSync(path, { mode: 0o710 });
  mkdirSync(upperDir(dir), { mode: 0o755 });
  const top = layers[0];
  if (top !== undefined) copyRootAttributes(top, upperDir(dir));
  for (const [index, layer] of layers.entries()) symlinkSync(relative(links, layer), join(links, String(index)));
  // Overlayfs needs something below: an image without layers gets an empty folder.
  if (top === undefined) mkdirSync(join(links, '0'), { mode: 0o755 });
}

/**
 * Makes the folder of an image as it is, to be mounted read-only: without a layer of its own, and so without `upper` and
 * `work`. Overlayfs then wants two layers or more: empty ones at the bottom say nothing.
 * @param layers as for {@link makeRootfs}.
 */
export function makeReadOnlyRootfs(dir: string, layers: readonly string[]): void {
  const links = join(dir, linksName);
  for (const path of [dir, links, mergedDir(dir)]) mkdirSync(path, { recursive: true, mode: 0o710 });
  for (const [index, layer] of layers.entries()) symlinkSync(relative(links, layer), join(links, String(index)));
  for (let index = layers.length; index < 2; index += 1) mkdirSync(join(links, String(index)), { mode: 0o755 });
}

/** The root folder of a container is the upper one, so it has to look as the image's does. */
function copyRootAttributes(from: string, to: string): void {
  const { uid, gid, mode } = statSync(from);
  chownSync(to, uid, gid);
  chmodSync(to, mode & 0o7777);
}

/** The layers below, topmost first. */
export function layersBelow(dir: string): string[] {
  const links = join(dir, linksName);
  return readdirSync(links)
    .sort((a, b) => Number(a) - Number(b))
    .map((name) => {
      const path = join(links, name);
      return statIsLink(path) ? resolve(links, readlinkSync(path)) : path;
    });
}

function statIsLink(path: string): boolean {
  try {
    readlinkSync(path);
    return true;
  } catch {
    // A folder of its own, as an image without layers has it.
    return false;
  }
}

/** How a root file system is mounted; writable, and what is written reaches the disk, where nothing is asked. */
export interface OverlayOptions {
  /** For who only looks: nothing is written to the disk when it is unmounted. */
  readOnly?: boolean;
  /** What is written need not outlive the machine: neither a sync in it nor its unmounting waits for the disk. */
  passing?: boolean;
}

/**
 * Mounts a root file system, unless it is mounted already. When a writable one is unmounted, overlayfs has everything
 * that waits on the file system of `dir` written to the disk.
 * @returns its mountpoint.
 * @throws system with the kernel's reason.
 */
export function mountOverlay(dir: string, { readOnly = false, passing = false }: OverlayOptions = {}): string {
  const target = mergedDir(dir);
  if (isMountpoint(target)) return target;
  const count = readdirSync(join(dir, linksName)).length;
  const lower = Array.from({ length: count }, (_, index) => `${linksName}/${index}`).join(':');
  const hasUpper = existsSync(upperDir(dir));
  const writable = hasUpper && !readOnly;
  // The features that would tie the upper folder to its lower ones by more than names stay off: it becomes a layer.
  const own = writable ? 'upperdir=upper,workdir=work,redirect_dir=off' : 'redirect_dir=nofollow';
  const layers = hasUpper && readOnly ? `upper:${lower}` : lower;
  const data = `lowerdir=${layers},${own},index=off,metacopy=off`;
  const call = { source: 'overlay', target, type: 'overlay', flags: writable ? 0 : MS.RDONLY, data, cwd: dir };
  if (!(writable && passing && mountVolatile(call))) mount(call);
  return target;
}

/** @returns false where the kernel does not know of it (before 5.10). */
function mountVolatile(call: MountCall & { cwd: string }): boolean {
  // Left by an earlier mount of this kind; with it overlayfs refuses a folder whose content it cannot vouch for.
  rmSync(join(call.cwd, 'work', 'work', 'incompat'), { recursive: true, force: true });
  try {
    mount({ ...call, data: `${call.data},volatile` });
    return true;
  } catch (error) {
    if (codeOf(error) !== 'EINVAL') throw error;
    return false;
  }
}

/** Unmounts it; one that is not mounted is fine. What still uses it keeps it until it ends. */
export function unmountOverlay(dir: string): Promise<void> {
  return detachMount(mergedDir(dir));
}
