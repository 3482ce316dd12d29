import { closeSync, constants, fstatSync, readSync } from 'node:fs';
import { HoldfastError, invalidArgument } from '../../errors/index.ts';
import { openInRoot } from '../../host/index.ts';

/** A user as the kernel takes it; `additionalGids` holds the own group too, first, as Docker has it. */
export interface ResolvedUser {
  uid: number;
  gid: number;
  additionalGids: number[];
  /** "/" where the passwd file has no home for it. */
  home: string;
}

/** Of a passwd or group file of a container no more than this is read; real ones have a few KiB. */
const maxFileBytes = 4 * 1024 * 1024;
const maxId = 2 ** 31 - 1;

/**
 * Looks up `USER[:GROUP]` in the passwd and group files of a root file system: names or numbers, a number always being
 * an id. "" is root. A user given without a group gets the groups that list it.
 * @param groupAdd more groups, by name or number
 * @throws invalid-argument `unable to find user X: no matching entries in passwd file`, and the like for groups
 */
export function resolveUser(rootfs: string, user: string, groupAdd: readonly string[] = []): ResolvedUser {
  const [userPart = '', groupPart = ''] = user.split(':');
  const account = findUser(readAccounts(rootfs, '/etc/passwd'), userPart);
  const needsGroups = groupPart !== '' || account.name !== '' || groupAdd.length > 0;
  const groups = needsGroups ? readGroups(rootfs) : [];
  const gid = groupPart === '' ? account.gid : findGroup(groups, groupPart);
  const listed =
    groupPart === '' && account.name !== '' ? groups.filter((each) => each.members.includes(account.name)) : [];
  const added = groupAdd.map((name) => additionalGroup(groups, name));
  const additionalGids = [...new Set([gid, ...listed.map((each) => each.gid), ...added])];
  return { uid: account.uid, gid, additionalGids, home: account.home || '/' };
}

interface Account {
  name: string;
  uid: number;
  gid: number;
  home: string;
}

function findUser(accounts: Account[], wanted: string): Account {
  const id = wanted === '' ? 0 : numberOf(wanted);
  const found = accounts.find((each) => (id === undefined ? each.name === wanted : each.uid === id));
  if (found !== undefined) return found;
  if (id === undefined) throw invalidArgument(`unable to find user ${wanted}: no matching entries in passwd file`);
  return { name: '', uid: inRange(id), gid: 0, home: '' };
}

interface Group {
  name: string;
  gid: number;
  members: string[];
}

function findGroup(groups: Group[], wanted: string): number {
  const id = numberOf(wanted);
  if (id !== undefined) return inRange(id);
  const found = groups.find((each) => each.name === wanted);
  if (found === undefined) throw invalidArgument(`unable to find group ${wanted}: no matching entries in group file`);
  return found.gid;
}

/** Here a group whose name is a number comes first, as in Docker. */
function additionalGroup(groups: Group[], wanted: string): number {
  const found = groups.find((each) => each.name === wanted || String(each.gid) === wanted);
  if (found !== undefined) return found.gid;
  const id = numberOf(wanted);
  if (id === undefined) throw invalidArgument(`Unable to find group ${wanted}`);
  return inRange(id);
}

const numberOf = (text: string): number | undefined => (/^[+-]?\d{1,18}$/.test(text) ? Number(text) : undefined);

function inRange(id: number): number {
  if (id < 0 || id > maxId) throw invalidArgument(`uids and gids must be in range 0-${maxId}`);
  return id;
}

function readAccounts(rootfs: string, path: string): Account[] {
  return linesOf(rootfs, path).map((line) => {
    const [name = '', , uid, gid, , home = ''] = line.split(':');
    return { name, uid: idOf(uid), gid: idOf(gid), home };
  });
}

function readGroups(rootfs: string): Group[] {
  return linesOf(rootfs, '/etc/group').map((line) => {
    const [name = '', , gid, members = ''] = line.split(':');
    return { name, gid: idOf(gid), members: members === '' ? [] : members.split(',') };
  });
}

/** A field that is no number counts as 0, as in the C library's readers. */
const idOf = (field: string | undefined): number => Number.parseInt(field ?? '', 10) || 0;

/** The lines of a file of a container; none where it is missing or no regular file. Links stay inside the root. */
function linesOf(rootfs: string, path: string): string[] {
  let fd: number;
  try {
    fd = openInRoot(rootfs, path, constants.O_RDONLY);
  } catch (error) {
    // Whatever keeps the file from being read, a user by number can still be had.
    if (error instanceof HoldfastError) return [];
    throw error;
  }
  try {
    const stat = fstatSync(fd);
    if (!stat.isFile()) return [];
    return readUpTo(fd, Math.min(stat.size, maxFileBytes))
      .split('\n')
      .map((line) => line.trim())
      .filter((line) => line !== '' && !line.startsWith('#'));
  } finally {
    closeSync(fd);
  }
}

function readUpTo(fd: number, length: number): string {
  const buffer = Buffer.alloc(length);
  let filled = 0;
  while (filled < length) {
    const count = readSync(fd, buffer, filled, length - filled, null);
    if (count === 0) break;
    filled += count;
  }
  return buffer.toString('utf8', 0, filled);
}
