import type { IncomingMessage } from 'node:http';
import { invalidArgument, messageOf, systemError } from '../../errors/index.ts';
import { defineCommand } from '../command.ts';
import { text } from '../flags/index.ts';
import { withTransferLine } from '../progress/transfer-line.ts';
import { writeArchive } from '../write-archive.ts';
import { exportProgress, requestExport } from './transfer.ts';

const compressions = ['zstd', 'gzip', 'none'] as const;

export const exportVolume = defineCommand({
  usage: '[OPTIONS] VOLUME',
  details:
    'Owners, modes, times, attributes, access lists, links and holes are kept, as are labels and options: "holdfast volume import" makes the same volume of it, and "tar x" gives the data.',
  flags: {
    compress: text('Compression: zstd, gzip or none; where not given, as the name of the file ends, else zstd', {
      choices: compressions,
    }),
    snapshot: text('Export a snapshot, in place of the data as it is now'),
    output: text('Write to a file, instead of STDOUT', { short: 'o' }),
  },
  args: { min: 1, max: 1 },
  completes: ['volume'],
  examples: [
    { what: 'A volume into a file, and a volume out of it', command: 'holdfast volume export -o data.tar.zst data' },
    { what: 'Straight to another program', command: 'holdfast volume export data | age -r … > data.tar.zst.age' },
  ],
  async run({ app, values, args: [name = ''] }) {
    const compression = values.compress || compressionFor(values.output);
    if (!compressions.some((known) => known === compression)) {
      throw invalidArgument(`invalid compression "${compression}": must be zstd, gzip or none`);
    }
    let response: IncomingMessage | undefined;
    const line = { what: `Exporting ${name}`, sample: () => exportProgress(app, response) };
    await withTransferLine(app, line, () =>
      writeArchive(app, { file: values.output, verb: 'export volume' }, async () => {
        response = await requestExport(app, name, { compression, snapshot: values.snapshot });
        return response;
      }).catch((error: unknown) => {
        throw response?.aborted === true ? cutOff(name, error) : error;
      }),
    );
    return 0;
  },
});

function compressionFor(file: string): string {
  if (/\.(tar\.gz|tgz|gz)$/.test(file)) return 'gzip';
  return file.endsWith('.tar') ? 'none' : 'zstd';
}

const cutOff = (name: string, error: unknown): Error =>
  systemError(
    `the export of ${name} was cut off (${messageOf(error)}): what was written is not whole; the daemon's log says why`,
    error,
  );
