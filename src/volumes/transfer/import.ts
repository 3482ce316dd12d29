import { conflict, invalidArgument, messageOf, systemError } from '../../errors/index.ts';
import { statfs, tarExtract } from '../../host/index.ts';
import type { Core } from '../core.ts';
import { createFilled } from '../create-filled.ts';
import { optionMount } from '../options.ts';
import type { NewVolume, Volume } from '../volume.ts';
import { importedVolume } from './description.ts';
import type { Incoming } from './incoming.ts';
import { MemberCheck } from './member-check.ts';
import { replaceFilled } from './replace.ts';

/** What is to be made of an archive. */
export interface ImportRequest {
  /** The new volume: "" for the name in the archive; labels and options on top of those in it. */
  volume: NewVolume;
  /** Whether device nodes are taken. */
  devices: boolean;
  /** Whether the data of a volume of that name is replaced, where there is one; the old goes to the trash. */
  replace: boolean;
  signal: AbortSignal;
}

export interface ImportResult {
  volume: Volume;
  /** Bytes that came, as they were sent, and their SHA-256 in hexadecimal. */
  received: number;
  sha256: string;
  /** The id in the trash of what it replaced; undefined where there was nothing, or no trash is kept. */
  replaced: string | undefined;
  /** What could not be kept, such as attributes that the file system does not take. */
  warnings: readonly string[];
}

/**
 * Makes a volume of an archive that has been opened. Nobody sees the volume before all of it is there and on disk; failing, or
 * when the signal aborts, nothing of it is left. Who wants to use the name meanwhile waits.
 * @throws conflict where there is a volume of that name and it is not to be replaced, or is in use; invalid-argument for an archive that is damaged or leads outside;
 *   system where there is no room.
 */
export async function importVolume(core: Core, incoming: Incoming, request: ImportRequest): Promise<ImportResult> {
  const wanted = importedVolume(request.volume, incoming.description);
  if (wanted.name === '') {
    throw invalidArgument('the archive does not say what volume it is of: give the new volume a name');
  }
  if (optionMount(wanted.options) !== undefined) {
    throw invalidArgument(
      'an import puts the data on this host: leave out the options "type" and "device", or create the volume and copy the data in by a container',
    );
  }
  return core.locks.hold(wanted.name, () => make(core, { incoming, wanted, request }), { signal: request.signal });
}

interface Import {
  incoming: Incoming;
  wanted: NewVolume;
  request: ImportRequest;
}

async function make(core: Core, { incoming, wanted, request }: Import): Promise<ImportResult> {
  const { name } = wanted;
  const existing = await core.store.find(name);
  if (existing !== undefined && !request.replace) {
    throw conflict(
      `import ${name}: there is a volume of that name: import under another name, or replace its data by --replace`,
    );
  }
  let warnings: string[] = [];
  const fill = async (data: string): Promise<void> => {
    warnings = await unpack(incoming, data, request);
  };
  const replaced = existing === undefined ? undefined : await replaceFilled(core, existing, fill);
  const volume = existing?.volume ?? (await createFilled(core, { ...wanted, driver: '' }, fill));
  const attributes = { driver: volume.driver, bytes: String(incoming.received), ...(replaced && { replaced }) };
  core.emit({ type: 'volume', action: 'import', id: name, attributes });
  return { volume, received: incoming.received, sha256: incoming.digest(), replaced, warnings };
}

/** Unpacks the archive into an empty folder. @returns what tar could not keep. */
async function unpack(incoming: Incoming, data: string, { devices, signal }: ImportRequest): Promise<string[]> {
  const { availableBytes, files, freeFiles } = statfs(data);
  const check = new MemberCheck({ devices, room: { bytes: availableBytes, files: files === 0 ? 0 : freeFiles } });
  try {
    const said = await tarExtract(
      incoming.members((entry) => check.add(entry)),
      data,
      { args: tarArguments, signal },
    );
    return complaints(said);
  } catch (error) {
    throw unpackFailure(error);
  }
}

/**
 * SELinux labels are of the host that gave them; a mount with `:z` labels anew. Of the two blocks that end an archive, tar may
 * be given one: where the archive ends has been seen.
 */
const tarArguments = [
  '--warning=no-alone-zero-block',
  '--xattrs-exclude=security.selinux',
  '--warning=no-timestamp',
  '--warning=no-unknown-keyword',
];

function unpackFailure(error: unknown): unknown {
  if (!('exitCode' in Object(error))) return error;
  const words = complaints(messageOf(error))[0] ?? messageOf(error);
  if (/No space left|Disk quota exceeded/.test(words)) return systemError(`the volume is full: ${words}`, error);
  return invalidArgument(`invalid archive: ${words}`, error);
}

const mostComplaints = 20;

/** What tar said, line by line, without its name and without what is of no interest. */
function complaints(said: string): string[] {
  const lines = said.split('\n').map((line) => line.replace(/^(\S*tar: )+/, ''));
  return lines.filter((line) => line !== '' && !line.startsWith('Removing leading')).slice(0, mostComplaints);
}
