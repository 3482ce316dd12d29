import type { RepositoryAdded } from '../../wire/index.ts';
import { type App, say, warn } from '../app.ts';
import { defineCommand } from '../command.ts';
import { list, text, toggle } from '../flags/index.ts';
import { readEnvironment } from '../run/environment.ts';
import { readUserFile } from '../user-file.ts';
import { backupsPath } from './paths.ts';

export const repoAdd = defineCommand({
  usage: '[OPTIONS] NAME LOCATION',
  details:
    'LOCATION is what restic takes: an absolute path on the daemon’s host, s3:…, sftp:…, rest:…, b2:… and so on. A repository\n' +
    'that is there is opened with its key; else one is made, with a key of its own unless one is given. Keep that key:\n' +
    'nothing can be restored without it.',
  flags: {
    default: toggle('Use it where no other is named'),
    'env-file': list(
      'File with what the place asks for, such as AWS_ACCESS_KEY_ID=…; a name alone takes your own value',
      {
        placeholder: 'file',
      },
    ),
    'password-file': text('File with the key, one line', { placeholder: 'file' }),
  },
  args: { min: 2, max: 2 },
  examples: [
    { what: 'A folder on another disk', command: 'holdfast backup repo add disk /mnt/backups/volumes' },
    {
      what: 'A bucket',
      command: 'holdfast backup repo add --env-file s3.env offsite s3:https://s3.example.com/bucket/volumes',
    },
    {
      what: 'A repository that is there already, on a new machine',
      command: 'holdfast backup repo add --password-file key disk /mnt/backups/volumes',
    },
  ],
  async run({ app, values, args, given }) {
    const [name = '', location = ''] = args;
    const added = await app.client().json<RepositoryAdded>({
      method: 'POST',
      path: backupsPath('/repositories'),
      body: {
        name,
        location,
        isDefault: values.default,
        environment: environmentIn(app, values['env-file']),
        ...(given.has('password-file') ? { key: readUserFile(app, values['password-file']).trimEnd() } : {}),
      },
    });
    say(app, added.name);
    if (added.wasThere) warn(app, `Opened the repository that is at ${added.location}.`);
    if (added.keyIsOurs) warnOfKey(app, added);
    return 0;
  },
});

function warnOfKey(app: App, { keyFile }: RepositoryAdded): void {
  warn(app, `WARNING! A new key was made, and nothing can be restored without it. It lies in ${keyFile} (mode 0600).`);
  warn(app, `Copy it to a place away from this machine. To print it: cat ${keyFile}`);
}

function environmentIn(app: App, files: readonly string[]): Record<string, string> {
  const entries = readEnvironment(app, { files, variables: [] }) ?? [];
  return Object.fromEntries(
    entries.map((entry) => [entry.slice(0, entry.indexOf('=')), entry.slice(entry.indexOf('=') + 1)]),
  );
}
