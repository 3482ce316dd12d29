import { normalize } from 'node:path';
import { z } from 'zod';
import { type HoldfastError, systemError } from '../../../errors/index.ts';

/*
 * What plugins answer. They are programs of others: what they say is checked for its form, and a path of theirs is never
 * used before `checkMountpoint` has seen it. Names are data, and become part of no path.
 */

const text = z
  .string()
  .nullish()
  .transform((value) => value ?? '');

const volume = z.object({
  Name: text,
  Mountpoint: text,
  CreatedAt: text,
  Status: z.custom<Record<string, unknown>>((value) => typeof value === 'object' && !Array.isArray(value)).nullish(),
});

/** A volume as a plugin tells of it; what it does not tell is "". */
export type PluginVolume = z.output<typeof volume>;

export const emptySchema = z.object({ Err: text });
export const activateSchema = z.object({ Implements: z.array(z.string()).nullish() });
export const mountSchema = z.object({ Mountpoint: text, Err: text });
export const getSchema = z.object({ Volume: volume.nullish(), Err: text });
export const listSchema = z.object({ Volumes: z.array(volume.nullish()).nullish(), Err: text });
export const capabilitiesSchema = z.object({
  Capabilities: z.object({ Scope: text }).nullish(),
  Err: text,
});

const refusals = new WeakSet<object>();

/** A failure that the plugin itself told, in its words: it was reached, and did not do what was asked. */
export function refusal(message: string): HoldfastError {
  const error = systemError(message);
  refusals.add(error);
  return error;
}

export const isRefusal = (error: unknown): boolean =>
  typeof error === 'object' && error !== null && refusals.has(error);

const longestPath = 4095;
const longestMessage = 2000;

/** A plugin's own words as part of a message: on one line, and not without end. */
export function words(message: string): string {
  const line = message.replace(/\p{Cc}+/gu, ' ').trim();
  return line.length > longestMessage ? `${line.slice(0, longestMessage)}…` : line;
}

/**
 * Lets a mountpoint through that may be bound into a container.
 * @param forbidden folders of the engine: with them a plugin could show a container everybody's data.
 * @throws system naming the path and what is wrong with it.
 */
export function checkMountpoint(path: string, forbidden: readonly string[]): void {
  const shown = JSON.stringify(words(path).slice(0, 200));
  if (!isCleanPath(path))
    throw systemError(`the plugin answered the mountpoint ${shown}, which is no absolute clean path`);
  if (path === '/') throw systemError('the plugin answered the mountpoint "/", the whole host');
  const inside = forbidden.find((folder) => path === folder || path.startsWith(`${folder}/`));
  if (inside !== undefined) {
    throw systemError(`the plugin answered the mountpoint ${shown}, which is inside the engine's own folder ${inside}`);
  }
  const around = forbidden.find((folder) => folder.startsWith(`${path}/`));
  if (around !== undefined) {
    throw systemError(`the plugin answered the mountpoint ${shown}, which holds the engine's own folder ${around}`);
  }
}

const isCleanPath = (path: string): boolean =>
  path.startsWith('/') &&
  path.length <= longestPath &&
  !path.includes('\0') &&
  normalize(path) === path &&
  (path === '/' || !path.endsWith('/'));
