import type { VolumeSummary } from '../../wire/index.ts';
import { say, warn } from '../app.ts';
import { defineCommand } from '../command.ts';
import { list, map, text } from '../flags/index.ts';
import { labelMap } from '../format/labels.ts';

export const create = defineCommand({
  usage: '[OPTIONS] [VOLUME]',
  flags: {
    driver: text('Driver that keeps the data', { short: 'd', initial: 'local' }),
    from: text('Volume, or VOLUME@SNAPSHOT, whose data it has from the start'),
    label: list('Label for the volume, KEY or KEY=VALUE'),
    name: text('Name of the volume', { hidden: true }),
    opt: map('Option for the driver, KEY=VALUE', { short: 'o' }),
    pool: text('Pool that the volume is made in; the same as the option "pool"'),
  },
  args: { min: 0, max: 1 },
  examples: [
    { what: 'A volume, and one that a server exports', command: 'holdfast volume create mydata' },
    {
      what: 'A volume that user 1000 of a container can write to',
      command: 'holdfast volume create -o uid=1000 -o gid=1000 -o mode=0750 mydata',
    },
    {
      what: 'A volume that holds at most 10 GiB, in a pool of its own',
      command: 'holdfast volume create --pool fast -o size=10g db',
    },
    {
      what: 'A volume on NFS, mounted when a container first uses it',
      command: 'holdfast volume create -o type=nfs -o o=addr=10.0.0.1,rw -o device=:/export shared',
    },
    {
      what: 'A volume in memory',
      command: 'holdfast volume create -o type=tmpfs -o device=tmpfs -o o=size=64m scratch',
    },
  ],
  async run({ app, values, args, given }) {
    const [argument] = args;
    if (argument !== undefined && given.has('name')) {
      warn(app, 'conflicting options: cannot specify a volume-name through both --name and as a positional arg');
      return 1;
    }
    const name = argument ?? values.name;
    const { from, pool } = values;
    const options = {
      ...Object.fromEntries(values.opt),
      ...(from === '' ? {} : { from }),
      ...(pool === '' ? {} : { pool }),
    };
    const volume = await app.client().json<VolumeSummary>({
      method: 'POST',
      path: '/volumes/create',
      body: {
        Driver: values.driver,
        // What was not asked for stays null in inspect; an empty map would show as {}.
        ...(Object.keys(options).length === 0 ? {} : { DriverOpts: options }),
        ...(values.label.length === 0 ? {} : { Labels: labelMap(values.label) }),
        ...(name === '' ? {} : { Name: name }),
      },
    });
    say(app, volume.Name);
    return 0;
  },
});
