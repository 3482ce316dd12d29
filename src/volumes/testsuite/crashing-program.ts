import { writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { silentLog } from '../../host/index.ts';
import { VolumeService } from '../service.ts';

/*
 * A program of its own, to be killed in the middle: it makes, uses and removes volumes without end, several at a time,
 * and writes a line before and after each step. Arguments: the folder, and a word to begin names with.
 */

const [, , base = '', prefix = ''] = process.argv;
const say = (line: string): void => void writeSync(1, `${line}\n`);

const service = await VolumeService.open({
  root: join(base, 'volumes'),
  runRoot: join(base, 'run'),
  emit: () => {},
  log: silentLog,
});

async function makeAndRemove(worker: number): Promise<void> {
  for (let round = 0; ; round += 1) {
    const name = `${prefix}-${worker}-${round}`;
    say(`creating ${name}`);
    const { mountpoint } = await service.create({ Name: name, Driver: '', DriverOpts: null, Labels: { of: name } });
    writeFileSync(join(mountpoint, 'file'), name);
    say(`created ${name}`);
    if (round % 3 !== 0) continue;
    say(`removing ${name}`);
    await service.remove(name, { force: false });
    say(`removed ${name}`);
  }
}

async function mountAndUnmount(): Promise<void> {
  const name = `${prefix}-mounted`;
  await service.create({
    Name: name,
    Driver: '',
    DriverOpts: { type: 'tmpfs', device: 'tmpfs' },
    Labels: { of: name },
  });
  for (let round = 0; ; round += 1) {
    await service.mount(name, { mountId: `mount-${round}` });
    await new Promise(setImmediate);
    await service.unmount(name, { mountId: `mount-${round}` });
  }
}

await Promise.all([makeAndRemove(0), makeAndRemove(1), makeAndRemove(2), mountAndUnmount()]);
