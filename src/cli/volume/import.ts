import { statSync } from 'node:fs';
import { resolve } from 'node:path';
import { Transform } from 'node:stream';
import { invalidArgument } from '../../errors/index.ts';
import { type App, say, warn } from '../app.ts';
import { defineCommand } from '../command.ts';
import { list, map, text, toggle } from '../flags/index.ts';
import { openFile } from '../image/load.ts';
import { withTransferLine } from '../progress/transfer-line.ts';
import { requestImport } from './transfer.ts';

export const importVolume = defineCommand({
  usage: '[OPTIONS] [VOLUME] FILE|-',
  details:
    'Makes a new volume of a tar archive, plain or compressed by zstd, gzip, xz or bzip2. An archive of "holdfast volume export" says itself what the volume is called. A damaged archive leaves nothing behind.',
  flags: {
    devices: toggle('Take device nodes; without it an archive that has any is refused'),
    format: text('"json" prints all that is known of the import', { choices: ['json'] }),
    label: list('Label for the volume, KEY or KEY=VALUE'),
    replace: toggle('Replace the data of a volume of that name, in one step; the old goes to the trash'),
    opt: map('Option for the volume, KEY=VALUE; an empty VALUE takes one of the archive away', { short: 'o' }),
  },
  args: { min: 1, max: 2 },
  completes: ['file'],
  examples: [
    { what: 'The volume as it was exported', command: 'holdfast volume import data.tar.zst' },
    { what: 'Under another name, from any tar archive', command: 'holdfast volume import copy backup.tar.gz' },
  ],
  async run({ app, values, args }) {
    const [name, file] = args.length === 1 ? ['', args[0] ?? ''] : [args[0] ?? '', args[1] ?? ''];
    if (args.length === 2 && name.trim() === '') throw invalidArgument('invalid volume name or ID: value is empty');
    if (!['', 'json'].includes(values.format)) throw invalidArgument('invalid format: must be json');
    const { archive, progress } = await openArchive(app, file);
    const imported = await withTransferLine(app, { what: `Importing ${name || file}`, sample: progress }, () =>
      requestImport(app, { ...values, name, archive }),
    );
    if (imported.replaced !== undefined) {
      warn(
        app,
        `What was in ${imported.name} is in the trash: holdfast volume trash restore --as NAME ${imported.replaced}`,
      );
    }
    for (const warning of imported.warnings) warn(app, `WARNING: ${warning}`);
    say(app, values.format === 'json' ? JSON.stringify(imported) : imported.name);
    return 0;
  },
});

/** The user's archive, and how much of it has been sent. */
async function openArchive(app: App, file: string) {
  if (file === '-' && app.stdin.isTTY === true) {
    throw invalidArgument('requested import from stdin, but stdin is a terminal: name a file, or redirect one');
  }
  const source = file === '-' ? app.stdin : await openFile(app, file);
  const total = file === '-' ? 0 : statSync(resolve(app.cwd, file)).size;
  let done = 0;
  const counter = new Transform({
    transform(chunk: Buffer, _encoding, next) {
      done += chunk.length;
      next(null, chunk);
    },
  });
  source.on('error', (error) => counter.destroy(error));
  return { archive: source.pipe(counter), progress: () => ({ done, total }) };
}
