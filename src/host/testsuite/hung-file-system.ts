import { closeSync, mkdirSync, openSync } from 'node:fs';
import { onTestFinished } from 'vitest';
import { mount, unmount } from '../mounts.ts';

/**
 * Mounts a file system that answers nothing, as that of a server that is away: a FUSE file system whose program reads no
 * request. Whoever looks into `folder` waits until the test is over.
 */
export function hungFileSystem(folder: string): void {
  mkdirSync(folder, { recursive: true });
  const fd = openSync('/dev/fuse', 'r+');
  const data = `fd=${fd},rootmode=40000,user_id=0,group_id=0`;
  mount({ source: 'hung', target: folder, type: 'fuse', flags: 0, data });
  onTestFinished(() => {
    unmount(folder, { detach: true });
    closeSync(fd);
  });
}
