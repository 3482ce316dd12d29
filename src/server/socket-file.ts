import { chmodSync, chownSync, lstatSync, readFileSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { dirname } from 'node:path';
import { conflict, invalidArgument } from '../errors/index.ts';
import { makeFolders } from '../host/index.ts';

/** The socket is the key to the machine: only root and one group may open it. */
const SOCKET_MODE = 0o660;
/** What is taken from a new socket's mode from the moment it is made, before its owner and mode are set. */
export const SOCKET_UMASK = 0o117;

/**
 * Makes a path ready to listen on: its folder, and no socket that a dead daemon left.
 * @throws conflict where a daemon answers there, or something else is in the way.
 */
export async function clearSocketPath(path: string): Promise<void> {
  makeFolders(dirname(path), 0o755);
  const there = lstatSync(path, { throwIfNoEntry: false });
  if (there === undefined) return;
  if (!there.isSocket()) throw conflict(`cannot listen on ${path}: it exists and is not a socket`);
  if (await answers(path)) throw conflict(`cannot listen on ${path}: another daemon is listening there`);
  rmSync(path, { force: true });
}

/**
 * Gives a socket to root and a group.
 * @param group a group's name or number; "" takes `docker` where there is such a group, else root.
 * @throws invalid-argument for a group that does not exist.
 */
export function protectSocket(path: string, group: string): void {
  chownSync(path, 0, groupId(group));
  chmodSync(path, SOCKET_MODE);
}

/** As protectSocket, to find a wrong group before there is a socket. */
export function groupId(group: string): number {
  if (/^\d+$/.test(group)) return Number(group);
  const id = idByName(group === '' ? 'docker' : group);
  if (id === undefined && group !== '') throw invalidArgument(`group ${group} does not exist`);
  return id ?? 0;
}

function idByName(name: string): number | undefined {
  const entry = readFileSync('/etc/group', 'utf8')
    .split('\n')
    .map((line) => line.split(':'))
    .find(([each]) => each === name);
  return entry?.[2] === undefined ? undefined : Number(entry[2]);
}

function answers(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(path);
    const settle = (answered: boolean) => {
      socket.destroy();
      resolve(answered);
    };
    socket.once('connect', () => settle(true));
    // Refused: a socket that nobody listens on any more.
    socket.once('error', () => settle(false));
  });
}
