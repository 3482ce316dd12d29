import { codeOf, cString, hostError, lastError } from './host-error.ts';
import { libc } from './libc.ts';

/** A file by path (a last link is not followed) or by open file descriptor. */
export type Place = string | Buffer | number;

/** The names of all extended attributes; none where the file system has no such thing. */
export function listXattr(place: Place): string[] {
  const c = libc();
  const path = typeof place === 'number' ? place : pathBytes(place);
  const call = (out: Buffer | null, size: number): number =>
    typeof path === 'number' ? c.flistxattr(path, out, size) : c.llistxattr(path, out, size);
  const names = growing('listxattr', place, call);
  return names === undefined ? [] : names.toString('latin1').split('\0').slice(0, -1);
}

/** The value of one extended attribute; undefined where there is none of that name. */
export function getXattr(place: Place, name: string): Buffer | undefined {
  const c = libc();
  const path = typeof place === 'number' ? place : pathBytes(place);
  const key = nameBytes(name);
  const call = (out: Buffer | null, size: number): number =>
    typeof path === 'number' ? c.fgetxattr(path, key, out, size) : c.lgetxattr(path, key, out, size);
  return growing('getxattr', place, call);
}

/** Sets an extended attribute, new or not. @throws HostError; ENOTSUP where the file system has no such thing */
export function setXattr(place: Place, name: string, value: Uint8Array | string): void {
  const bytes = Buffer.from(value as string);
  const key = nameBytes(name);
  const result =
    typeof place === 'number'
      ? libc().fsetxattr(place, key, bytes, bytes.length, 0)
      : libc().lsetxattr(pathBytes(place), key, bytes, bytes.length, 0);
  if (result !== 0) throw lastError(`setxattr ${name} ${described(place)}`);
}

/** Removes an extended attribute; one that is not there is fine. */
export function removeXattr(path: string | Buffer, name: string): void {
  if (libc().lremovexattr(pathBytes(path), nameBytes(name)) === 0) return;
  const error = lastError(`removexattr ${name} ${described(path)}`);
  if (error.code !== 'ENODATA') throw error;
}

/**
 * Copies all extended attributes: file capabilities and access lists are among them. Those the target's file system
 * does not take are left out, as `cp -a` does. To be done after chown, which clears capabilities.
 */
export function copyXattrs(from: Place, to: Place): void {
  for (const name of listXattr(from)) {
    const value = getXattr(from, name);
    if (value === undefined) continue;
    try {
      setXattr(to, name, value);
    } catch (error) {
      if (codeOf(error) !== 'ENOTSUP') throw error;
    }
  }
}

// Shared: most files have no attribute, and one call with room to spare says so without asking for the size first.
const scratch = Buffer.alloc(4096);

function growing(
  operation: string,
  place: Place,
  call: (out: Buffer | null, size: number) => number,
): Buffer | undefined {
  let room = scratch;
  for (;;) {
    const length = call(room, room.length);
    if (length >= 0) return Buffer.from(room.subarray(0, length));
    const error = hostError(`${operation} ${described(place)}`, libc().errno());
    if (error.code === 'ENODATA' || error.code === 'ENOTSUP') return undefined;
    if (error.code !== 'ERANGE') throw error;
    room = Buffer.alloc(room.length * 16);
  }
}

function pathBytes(path: string | Buffer): Buffer {
  return typeof path === 'string' ? cString(path) : Buffer.concat([path, Buffer.alloc(1)]);
}

/** Names are bytes to the kernel, as they were when listed. */
function nameBytes(name: string): Buffer {
  return Buffer.from(`${name}\0`, 'latin1');
}

function described(place: Place): string {
  return typeof place === 'number' ? `/proc/self/fd/${place}` : place.toString();
}
