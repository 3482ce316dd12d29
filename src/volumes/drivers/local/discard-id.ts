/*
 * What was put aside is called by when that was and of which name it was, so that the rename into the trash is all there is
 * to do: 20261124T140501.123Z-database. A name too long for that is cut, which a tilde at the end tells; the whole of it is in
 * the record. No volume's name has a tilde.
 */

const pattern = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d\.\d{3}Z)-(.+?)(~?)$/;
const longestFileName = 255;

/** What an id says. */
interface DiscardId {
  /** Milliseconds since the epoch. */
  discardedAt: number;
  /** The volume's name; the beginning of it where it was cut. */
  name: string;
  isCut: boolean;
}

/** @param at milliseconds since the epoch. */
export function discardId(name: string, at: number): string {
  const time = new Date(at).toISOString().replaceAll(/[-:]/g, '');
  const id = `${time}-${name}`;
  return id.length <= longestFileName ? id : `${id.slice(0, longestFileName - 1)}~`;
}

/** Undefined where it is not one of ours. */
export function parseDiscardId(id: string): DiscardId | undefined {
  const [, year, month, day, hour, minute, rest, name = '', cut] = pattern.exec(id) ?? [];
  const discardedAt = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${rest}`);
  return Number.isNaN(discardedAt) ? undefined : { discardedAt, name, isCut: cut === '~' };
}
