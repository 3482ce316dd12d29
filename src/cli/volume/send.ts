import { createHash } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { Transform } from 'node:stream';
import { conflict, systemError } from '../../errors/index.ts';
import { say, warn } from '../app.ts';
import { defineCommand } from '../command.ts';
import { list, text, toggle } from '../flags/index.ts';
import { withTransferLine } from '../progress/transfer-line.ts';
import { type FarEnd, parseSshUrl, runThere } from './ssh.ts';
import { exportProgress, type Imported, requestExport } from './transfer.ts';

export const send = defineCommand({
  usage: '[OPTIONS] VOLUME ssh://[USER@]HOST[:PORT]',
  details:
    'Copies a volume to another host that has holdfast, over ssh, as your own ssh reaches it. The volume there is new, and there at\nall only once it is whole; what was sent and what was received are compared. The volume here stays.',
  flags: {
    as: text('Another name for the volume there'),
    devices: toggle('Send device nodes too; without it a volume that has any is refused'),
    program: text('Name or path of holdfast at the far end', { initial: 'holdfast' }),
    'ssh-option': list('Option for ssh, as its -o takes it, such as IdentityFile=/path'),
  },
  args: { min: 2, max: 2 },
  completes: ['volume'],
  examples: [
    { what: 'Move a database to a new machine', command: 'holdfast volume send db-data ssh://root@new.example.org' },
  ],
  async run({ app, values, args: [volume = '', destination = ''] }) {
    const far: FarEnd = { ...parseSshUrl(destination), options: values['ssh-option'], program: values.program };
    const name = values.as || volume;
    await refuseTaken(far, name);
    const hash = createHash('sha256');
    let sent = 0;
    const counter = new Transform({
      transform(chunk: Buffer, _encoding, next) {
        hash.update(chunk);
        sent += chunk.length;
        next(null, chunk);
      },
    });
    let response: IncomingMessage | undefined;
    const line = { what: `Sending ${volume}`, sample: () => exportProgress(app, response) };
    const output = await withTransferLine(app, line, async () => {
      const archive = await requestExport(app, volume, { compression: 'zstd' });
      response = archive;
      archive.on('error', (error) => counter.destroy(error));
      const words = ['volume', 'import', '--format', 'json', ...(values.devices ? ['--devices'] : []), '--', name, '-'];
      return runThere(far, words, archive.pipe(counter));
    });
    const imported = JSON.parse(output) as Imported;
    if (imported.sha256 !== hash.digest('hex') || imported.receivedBytes !== sent) {
      throw systemError(
        `${far.host} received something else than was sent: remove the volume ${name} there and send again`,
      );
    }
    for (const warning of imported.warnings) warn(app, `WARNING: ${far.host}: ${warning}`);
    say(app, name);
    return 0;
  },
});

/** Asks before anything is sent; that holdfast answers there is seen by the same question. */
async function refuseTaken(far: FarEnd, name: string): Promise<void> {
  const names = await runThere(far, ['volume', 'ls', '--quiet']);
  if (names.split('\n').includes(name)) {
    throw conflict(`${far.host} has a volume ${name}: choose another name by --as, or remove it there first`);
  }
}
