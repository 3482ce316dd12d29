import { parseCopyEnd } from '../../src/cli/copy/endpoint.ts';
import { parseBoolean, parseDecimal, parseDuration, parseInteger } from '../../src/cli/flags/values.ts';
import { splitReference } from '../../src/cli/reference.ts';
import { csvFields } from '../../src/cli/run/csv.ts';
import { splitDeviceRate, splitDeviceWeight } from '../../src/cli/run/device-rate.ts';
import { checkDeviceRule, isVendorDevice, parseDevice } from '../../src/cli/run/devices.ts';
import { checkEnvironment, keyValuesIn } from '../../src/cli/run/environment.ts';
import { parseRestartPolicy } from '../../src/cli/run/lifecycle-flags.ts';
import { parseMount } from '../../src/cli/run/mount-flag.ts';
import { readExposed, readPublished } from '../../src/cli/run/ports.ts';
import { parseUlimit } from '../../src/cli/run/ulimit.ts';
import { readVolumeFlags } from '../../src/cli/run/volumes.ts';
import { parseDetachKeys } from '../../src/cli/streams/detach-keys.ts';
import { compileTemplate } from '../../src/cli/template/index.ts';
import { parseEndpoint } from '../../src/client/endpoint.ts';
import { imageNames, modes, type Parser, parser, portWords, units } from './parser.ts';

const mountWords =
  'type= bind volume tmpfs image src= source= dst= target= /a vol , readonly =true =false bind-propagation= rprivate ' +
  'bind-recursive= volume-opt= volume-label= volume-subpath= volume-nocopy tmpfs-size= tmpfs-mode= 1m 1777 a=b " U';
const templateWords =
  '{{ }} {{- -}} . .Name .Mounts $ $x := | ( ) json range end if else with index printf "%s" join len eq and or not ' +
  "/* */ `raw` 'c' 1 1.5 0x1f true nil println slice upper split truncate pad html break define table";
const data = { Name: 'web', Mounts: [{ Source: '/a', RW: true }], Labels: { a: 'b' }, Size: 5, None: null };

/** What reads the words of a command line. */
export const commandLineParsers: readonly Parser[] = [
  parser('-v', modes, (text) => readVolumeFlags([text], '/work')),
  parser('--mount', mountWords, parseMount),
  parser('CSV', '" "" , a', csvFields),
  parser('image references of the command line', imageNames, splitReference),
  parser('durations of flags', units, parseDuration),
  parser('numbers of flags', '- 1 0x 0b 0o _ f', (text) => parseInteger(text, { min: -10, max: 10 })),
  parser('decimals', '. / e 1 - 99', parseDecimal),
  parser('booleans', 'true T 0', parseBoolean),
  parser('-p', portWords, (text) => readPublished([text])),
  parser('--expose', portWords, (text) => readExposed([text])),
  parser('env files', 'A = \n \r\n # \ufeff "', (text) => keyValuesIn(text, 'file')),
  parser('-e', 'A =', checkEnvironment),
  parser('--ulimit', 'nofile = : 1024 -1 core', parseUlimit),
  parser('--device', '/dev/null : rwm vendor/class=name', (text) => [isVendorDevice(text), parseDevice(text)]),
  parser('--device-cgroup-rule', 'c b a * : 1 rwm', checkDeviceRule),
  parser('--device-read-bps', `/dev/sda : ${units}`, (text) => splitDeviceRate(text, 'bytes')),
  parser('--device-read-iops', '/dev/sda : 1', (text) => splitDeviceRate(text, 'count')),
  parser('--blkio-weight-device', '/dev/sda : 100', splitDeviceWeight),
  parser('--restart', 'no on-failure : 3 always', parseRestartPolicy),
  parser('templates', templateWords, (text) => compileTemplate(text).execute(data)),
  parser('--detach-keys', 'ctrl- a , [ @', parseDetachKeys),
  parser('sides of a copy', 'web : /a . -', parseCopyEnd),
  parser('-H', 'unix:// tcp:// /a host : 2375 [::1] ssh://', parseEndpoint),
];
