import { lstatSync, readlinkSync, rmSync, symlinkSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { remark } from './terminal.mjs';

const link = '/usr/local/bin/holdfast';
const program = fileURLToPath(new URL('../../bin/holdfast', import.meta.url));

/** Puts `holdfast` on the PATH by a link to this checkout. What is there and not such a link is left alone. */
export function putOnPath() {
  const existing = lstatSync(link, { throwIfNoEntry: false });
  if (existing !== undefined && !(existing.isSymbolicLink() && readlinkSync(link).endsWith('/bin/holdfast'))) {
    remark(`${link} exists and is not ours, so it was left alone; this checkout's program is ${program}.`);
    return;
  }
  rmSync(link, { force: true });
  symlinkSync(program, link);
  remark(`holdfast is on the PATH: ${link} -> ${program}`);
}
