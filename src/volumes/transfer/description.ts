import { encodeComment } from '../../host/index.ts';
import { anonymousLabel } from '../name.ts';
import { fromKey, optionMount, poolKey } from '../options.ts';
import { decodeRecord, encodeRecord } from '../record.ts';
import type { NewVolume, Volume } from '../volume.ts';

/*
 * What an archive says of the volume it was made from: a comment on the whole archive (pax), which every tar passes over.
 * So `tar x` by hand gives just the data, and an import gives the volume.
 */

const prefix = 'holdfast.volume=';

/** Blocks to stand at the start of a volume's archive. */
export function describeVolume(volume: Volume): Buffer {
  const record = encodeRecord({ ...volume, options: portable(volume.options) });
  return encodeComment(`${prefix}${record.trimEnd()}`);
}

/** The volume that a comment of an archive describes; undefined for any other comment, and for a later version's. */
export function readDescription(comment: string): NewVolume | undefined {
  if (!comment.startsWith(prefix)) return undefined;
  try {
    const { name, labels, options } = decodeRecord(comment.slice(prefix.length));
    return { name, labels, options };
  } catch {
    return undefined;
  }
}

/**
 * Where data lies and came from is the host's business, and may be secret: a share's address and password stay there, and so
 * does the pool. What was mounted becomes data of the volume's own.
 */
function portable(options: Volume['options']): Volume['options'] {
  if (options === null || optionMount(options) !== undefined) return null;
  return Object.fromEntries(Object.entries(options).filter(([key]) => key !== poolKey && key !== fromKey));
}

/** Labels by which Compose knows a volume as its own. */
const composePrefix = 'com.docker.compose.';

/**
 * The volume to make of an archive. A volume of another name is not the one that Compose made, and one that was given a name is
 * not anonymous: labels that would have it removed with others do not come along.
 * @param wanted what the user asked for: a name, or "" for the one in the archive; further labels and options, where an empty
 *   option takes one of the archive away.
 */
export function importedVolume(wanted: NewVolume, described: NewVolume | undefined): NewVolume {
  const name = wanted.name === '' ? (described?.name ?? '') : wanted.name;
  const labels = Object.entries(described?.labels ?? {}).filter(
    ([key]) => key !== anonymousLabel && (name === described?.name || !key.startsWith(composePrefix)),
  );
  const options = Object.entries({ ...described?.options, ...wanted.options }).filter(([, value]) => value !== '');
  return {
    name,
    labels: orNull({ ...Object.fromEntries(labels), ...wanted.labels }, described?.labels ?? wanted.labels),
    options: orNull(Object.fromEntries(options), described?.options ?? wanted.options),
  };
}

/** Where none were ever given there are none, which clients tell apart from an empty map. */
function orNull(map: Record<string, string>, given: Readonly<Record<string, string>> | null): NewVolume['labels'] {
  return given === null && Object.keys(map).length === 0 ? null : map;
}
