import { existsSync, mkdirSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { rename, rmdir, truncate } from 'node:fs/promises';
import { conflict, invalidArgument, messageOf, unavailable } from '../../../errors/index.ts';
import {
  copyTree,
  findProgram,
  fsyncDirectory,
  isMountpoint,
  loopsOf,
  removeTree,
  run,
  syncfs,
  unmount,
  updateLoopSize,
} from '../../../host/index.ts';
import { attachLimit, folderOf, isLimited, limitFile, mountLimit } from './attach.ts';

/** Whether this host can limit folders so: it needs e2fsprogs and loop devices. */
export const canLimit = (): boolean => findProgram('mkfs.ext4') !== undefined && existsSync('/dev/loop-control');

/**
 * Limits what a folder of data may hold, in bytes; 0 takes the limit away. One that is limited grows while it is in use; it
 * must not be in use to shrink, or to get its first limit or lose its last, since what is in it is copied then.
 * @throws invalid-argument where it holds more; conflict while it is in use; unavailable where this host cannot limit.
 */
export async function setLimit(data: string, bytes: number): Promise<void> {
  if (isLimited(data)) {
    attachLimit(data);
    if (bytes === 0) return takeAway(data);
    return bytes >= statSync(limitFile(data)).size ? grow(data, bytes) : shrink(data, bytes);
  }
  if (bytes === 0) return;
  if (!canLimit())
    throw unavailable(
      'quota size requested but no quota support: install e2fsprogs, and see that there are loop devices',
    );
  await limitFirst(data, bytes);
}

/** Grows it under its users where the kernel lets us (ext4 wants CAP_SYS_RESOURCE for that), else while it has none. */
async function grow(data: string, bytes: number): Promise<void> {
  const file = limitFile(data);
  await truncate(file, bytes);
  try {
    for (const device of loopsOf(file)) {
      updateLoopSize(device);
      await run(['resize2fs', device]);
    }
  } catch {
    await unmounted(data, () => resizeUnmounted(file));
  }
}

function shrink(data: string, bytes: number): Promise<void> {
  const file = limitFile(data);
  return unmounted(data, async () => {
    await resizeUnmounted(file, `${Math.floor(bytes / 1024)}K`).catch((error: unknown) => {
      throw invalidArgument(`it holds more than that, or is too full to be packed so: ${messageOf(error)}`, error);
    });
    await truncate(file, bytes);
  });
}

async function resizeUnmounted(file: string, ...size: string[]): Promise<void> {
  await run(['e2fsck', '-f', '-p', file], { okCodes: [0, 1] });
  await run(['resize2fs', file, ...size]);
}

/** Does something with the file while it is mounted nowhere. @throws conflict where it is mounted for a container too */
async function unmounted(data: string, work: () => Promise<void>): Promise<void> {
  unmount(data);
  try {
    await refuseInUse(limitFile(data));
    await work();
  } finally {
    attachLimit(data);
    // Which checking has made; one with something in it stays.
    await rmdir(`${data}/lost+found`).catch(() => undefined);
  }
}

/** The device goes with its last mount, so one that is still there is mounted for somebody else: a running container. */
async function refuseInUse(file: string): Promise<void> {
  for (let attempt = 0; loopsOf(file).length > 0; attempt += 1) {
    if (attempt === 20) throw conflict('it is in use: stop the containers that use it first');
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

/** Builds the file system aside, with what is in the folder, and gives it its name at the end: that is what decides. */
async function limitFirst(data: string, bytes: number): Promise<void> {
  const fresh = `${limitFile(data)}.new`;
  const place = `${fresh}.mount`;
  try {
    await makeFileSystem(fresh, bytes);
    mkdirSync(place);
    mountLimit(fresh, place);
    // A plain folder has none, and an image's data would not be put into a volume that has anything in it.
    await rmdir(`${place}/lost+found`);
    await copyTree(data, place);
    await syncfs(place);
    unmount(place);
    await rename(fresh, limitFile(data));
    await fsyncDirectory(folderOf(data));
  } catch (error) {
    if (isMountpoint(place)) unmount(place, { detach: true });
    rmSync(fresh, { force: true });
    throw unavailable(`cannot limit it: ${messageOf(error)}`, error);
  } finally {
    rmSync(place, { recursive: true, force: true });
  }
  await removeTree(data);
  attachLimit(data);
}

async function takeAway(data: string): Promise<void> {
  const plain = `${data}.plain`;
  const file = limitFile(data);
  await removeTree(plain);
  try {
    await copyTree(data, plain);
    await syncfs(plain);
    unmount(data);
    await refuseInUse(file);
  } catch (error) {
    attachLimit(data);
    await removeTree(plain);
    throw error;
  }
  await rmdir(data);
  await rename(plain, data);
  rmSync(file);
  await fsyncDirectory(folderOf(data));
}

async function makeFileSystem(file: string, bytes: number): Promise<void> {
  rmSync(file, { force: true });
  writeFileSync(file, '', { mode: 0o600 });
  truncateSync(file, bytes);
  await run(['mkfs.ext4', '-q', '-F', '-m', '0', '-E', 'nodiscard', file]);
}
