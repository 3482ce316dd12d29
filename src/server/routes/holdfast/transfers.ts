import type { Readable } from 'node:stream';
import * as z from 'zod';
import { invalidArgument } from '../../../errors/index.ts';
import type { Call, Route } from '../../call.ts';
import { sendBytes } from '../../streams.ts';
import type { VolumeFacts } from '../volumes/backend.ts';

type Compression = 'none' | 'gzip' | 'zstd';

/** What these routes need of the engine. Bytes throughout. */
export interface TransfersBackend {
  export(
    name: string,
    request: { compression: Compression; snapshot: string; signal: AbortSignal },
  ): Promise<{ id: string; archive: Readable; warning: string | undefined }>;
  import(
    source: { archive: AsyncIterable<Buffer>; bytes: number },
    request: {
      volume: Pick<VolumeFacts, 'name' | 'labels' | 'options'>;
      devices: boolean;
      replace: boolean;
      signal: AbortSignal;
    },
  ): Promise<{
    volume: VolumeFacts;
    received: number;
    sha256: string;
    replaced: string | undefined;
    warnings: readonly string[];
  }>;
  list(): ReadonlyArray<z.output<typeof transfer>>;
}

const TYPES: Readonly<Record<Compression, string>> = {
  none: 'application/x-tar',
  gzip: 'application/gzip',
  zstd: 'application/zstd',
};

const transfer = z.object({
  id: z.string(),
  kind: z.enum(['export', 'import']),
  volume: z.string(),
  done: z.number(),
  total: z.number(),
  startedAt: z.string(),
});

const imported = z.object({
  name: z.string(),
  driver: z.string(),
  mountpoint: z.string(),
  labels: z.record(z.string(), z.string()).nullable(),
  options: z.record(z.string(), z.string()).nullable(),
  receivedBytes: z.number(),
  sha256: z.string(),
  replaced: z.string().optional().describe('The id in the trash of what it replaced'),
  warnings: z.array(z.string()),
});

const importQuery = z.object({
  label: z.string().optional().describe('KEY=VALUE, any number of times: labels on top of those in the archive'),
  opt: z.string().optional().describe('KEY=VALUE, any number of times: options on top of those in the archive'),
  devices: z.string().optional().describe('whether device nodes are taken; an archive with any is refused otherwise'),
  replace: z
    .string()
    .optional()
    .describe('whether the data of a volume of that name is replaced; the old goes to the trash'),
});

/** Volumes as archives: out, in, and what is under way. */
export function transferRoutes(transfers: TransfersBackend): Route[] {
  return [
    {
      method: 'GET',
      path: '/holdfast/v1/volumes/:name/export',
      about: {
        summary:
          'The volume as a tar archive. The headers Holdfast-Transfer and Holdfast-Warning have its id among the transfers, and what to know of it. A connection that is cut means that the archive is not whole',
        query: z.object({ compression: z.enum(['zstd', 'gzip', 'none']).optional(), snapshot: z.string().optional() }),
      },
      handle: (call) => sendExport(transfers, call),
    },
    {
      method: 'POST',
      path: '/holdfast/v1/volumes/:name/import',
      about: { summary: 'Makes a volume of the archive in the body', query: importQuery, answer: imported },
      handle: (call) => receiveImport(transfers, call),
    },
    {
      method: 'POST',
      path: '/holdfast/v1/volumes/import',
      about: {
        summary: 'Makes a volume of the archive in the body, under the name that the archive gives',
        query: importQuery,
        answer: imported,
      },
      handle: (call) => receiveImport(transfers, call),
    },
    {
      method: 'GET',
      path: '/holdfast/v1/transfers',
      about: { summary: 'The exports and imports under way', answer: z.array(transfer) },
      handle: (call) => call.json(200, transfers.list()),
    },
  ];
}

async function sendExport(transfers: TransfersBackend, call: Call): Promise<void> {
  const compression = compressionOf(call.text('compression') || 'zstd');
  const request = { compression, snapshot: call.text('snapshot'), signal: call.signal };
  const { id, archive, warning } = await transfers.export(call.name, request);
  call.setHeader('Holdfast-Transfer', id);
  if (warning !== undefined) call.setHeader('Holdfast-Warning', warning);
  await sendBytes(call, { type: TYPES[compression], source: archive });
}

function compressionOf(word: string): Compression {
  if (Object.hasOwn(TYPES, word)) return word as Compression;
  throw invalidArgument(`invalid compression "${word}": must be zstd, gzip or none`);
}

async function receiveImport(transfers: TransfersBackend, call: Call): Promise<void> {
  const request = {
    volume: { name: call.name, labels: mapOf(call, 'label'), options: mapOf(call, 'opt') },
    devices: call.flag('devices'),
    replace: call.flag('replace'),
    signal: call.signal,
  };
  const { volume, received, ...rest } = await transfers.import(bodyOf(call), request);
  const { name, driver, mountpoint, labels, options } = volume;
  call.json(201, { name, driver, mountpoint, labels, options, receivedBytes: received, ...rest });
}

/** The archive that a client sends. What is refused half-way is read to its end all the same: only so does the client hear why. */
function bodyOf({ request }: Call): { archive: AsyncIterable<Buffer>; bytes: number } {
  const archive = async function* (): AsyncGenerator<Buffer> {
    try {
      yield* request.iterator({ destroyOnReturn: false });
    } finally {
      request.resume();
    }
  };
  return { archive: archive(), bytes: Number(request.headers['content-length'] ?? 0) };
}

/** Null where the query has none. */
function mapOf(call: Call, key: string): Record<string, string> | null {
  const pairs = call.query.getAll(key).map((pair) => {
    const [name = '', ...value] = pair.split('=');
    return [name, value.join('=')] as const;
  });
  return pairs.length === 0 ? null : Object.fromEntries(pairs);
}
