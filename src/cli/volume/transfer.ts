import type { IncomingMessage } from 'node:http';
import type { Readable } from 'node:stream';
import { type App, warn } from '../app.ts';
import { named } from '../object-path.ts';
import type { TransferProgress } from '../progress/transfer-line.ts';

/** A volume's own part of Holdfast's API. @throws invalid-argument for an empty name. */
export const ownVolumePath = (name: string): string => `/holdfast/v1${named('volume', name)}`;

/** What POST …/import answers. */
export interface Imported {
  name: string;
  receivedBytes: number;
  /** Of what was received, in hexadecimal. */
  sha256: string;
  /** The id in the trash of what was replaced. */
  replaced?: string;
  warnings: string[];
}

/** Asks for a volume's archive, and passes on what the daemon warns of. */
export async function requestExport(
  app: App,
  name: string,
  query: { compression: string; snapshot?: string },
): Promise<IncomingMessage> {
  const response = await app.client().request({ method: 'GET', path: `${ownVolumePath(name)}/export`, query });
  const warning = response.headers['holdfast-warning'];
  if (warning !== undefined) warn(app, `WARNING: ${warning}`);
  return response;
}

/** How far an export has got. @param response of the export. */
export async function exportProgress(
  app: App,
  response: IncomingMessage | undefined,
): Promise<TransferProgress | undefined> {
  const id = response?.headers['holdfast-transfer'];
  if (id === undefined) return undefined;
  const all = await app.client().json<Array<TransferProgress & { id: string }>>({
    method: 'GET',
    path: '/holdfast/v1/transfers',
  });
  return all.find((each) => each.id === id);
}

/** What of an archive to send and what volume to make of it. */
export interface ImportOptions {
  /** "" for the name in the archive. */
  name: string;
  archive: Readable;
  label: readonly string[];
  opt: ReadonlyMap<string, string>;
  devices: boolean;
  replace: boolean;
}

/** Sends an archive to be made a volume of. */
export function requestImport(
  app: App,
  { name, archive, label, opt, devices, replace }: ImportOptions,
): Promise<Imported> {
  return app.client().json<Imported>({
    method: 'POST',
    path: `${name === '' ? '/holdfast/v1/volumes' : ownVolumePath(name)}/import`,
    query: { label, opt: [...opt].map(([key, value]) => `${key}=${value}`), devices, replace },
    headers: { 'Content-Type': 'application/x-tar' },
    body: archive,
  });
}
