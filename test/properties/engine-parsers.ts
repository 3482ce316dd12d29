import { parseRetention, Schedule } from '../../src/calendar/index.ts';
import { listConditions } from '../../src/containers/list-filters.ts';
import { portMatcher } from '../../src/containers/port-filter.ts';
import { signalNumber } from '../../src/containers/signals.ts';
import { ContainerStore } from '../../src/containers/store.ts';
import { readSettings } from '../../src/daemon/settings.ts';
import { notFound } from '../../src/errors/index.ts';
import { EventHub } from '../../src/events/index.ts';
import { parseHealthcheck } from '../../src/images/changes/healthcheck.ts';
import { parseInstructions } from '../../src/images/changes/instructions.ts';
import { expand, splitWords } from '../../src/images/changes/words.ts';
import { parseManifest, parsePlatform } from '../../src/images/manifest.ts';
import { parseReference } from '../../src/images/reference.ts';
import { parseAddress, parseSubnet } from '../../src/networks/addresses/address.ts';
import { parsePorts } from '../../src/networks/ports/port-requests.ts';
import { parseRule } from '../../src/runtime/spec/devices.ts';
import { parseSeccompProfile } from '../../src/runtime/spec/seccomp.ts';
import { parseSecurityOptions } from '../../src/runtime/spec/security-opt.ts';
import { parseDetachKeys } from '../../src/server/detach-keys.ts';
import { parseJsonSpec, parseSpec } from '../../src/volumes/drivers/plugin/address.ts';
import { listFilter, pruneFilter } from '../../src/volumes/filters.ts';
import { parseBind } from '../../src/volumes/mounts/bind.ts';
import { mountOptions } from '../../src/volumes/mounts/mount-options.ts';
import { parseVolumesFrom } from '../../src/volumes/mounts/volumes-from.ts';
import { checkName } from '../../src/volumes/name.ts';
import { checkOptions } from '../../src/volumes/options.ts';
import { decodeDockerOptions, decodeRecord } from '../../src/volumes/record.ts';
import {
  decodePathStat,
  decodeRegistryAuth,
  parseApiVersion,
  parseDuration,
  parseFilters,
  parseInteger,
  parseSize,
  parseTime,
  textMatcher,
} from '../../src/wire/index.ts';
import { imageNames, json, modes, type Parser, parser, portWords, units } from './parser.ts';

const filterWords = '{ } [ ] "name" "label" "dangling" "until" "status" "volume" "before" : , true "a=b"';
const instructionWords = 'ENV VOLUME CMD LABEL EXPOSE HEALTHCHECK ["a"] = \\ a "';
const noImages = {
  get: (name: string): never => {
    throw notFound(`No such image: ${name}`);
  },
};

/** What the engine, its server and the files it reads give to a parser. */
export const engineParsers: readonly Parser[] = [
  parser('Binds', modes, (text) => parseBind(text)),
  parser('VolumesFrom', modes, parseVolumesFrom),
  parser('Tmpfs', `size= mode= uid= exec ro mpol= , ${units}`, (options) => mountOptions({ type: 'tmpfs', options })),
  parser('volume names', 'a _ . -', checkName),
  parser('volume options', 'nfs cifs //host/share : addr= ,', (text) =>
    checkOptions({ type: text, device: text, o: text }, { quota: false }),
  ),
  parser('volume sizes', units, (size) => checkOptions({ size }, { quota: true })),
  parser('container names', 'a _ . - /', (name) => new ContainerStore().reserveName(name, 'id')),
  parser('filters', filterWords, parseFilters),
  parser('filters of volumes', filterWords, (text) => listFilter(parseFilters(text), () => false)),
  parser('filters of a prune', filterWords, (text) => pruneFilter(parseFilters(text), { all: false })),
  parser('filters of containers', filterWords, (text) =>
    listConditions(parseFilters(text), { images: noImages, networks: { idOf: () => '' } }),
  ),
  parser('filters of events', filterWords, (text) => new EventHub().subscribe({ filters: parseFilters(text) })),
  parser('texts of filters', '(?i) (?im) ^ $ ( ) a *', (text) => textMatcher([text])('abc')),
  parser('ports of filters', portWords, (text) => portMatcher('publish', [text])('80/tcp')),
  parser('image references', imageNames, parseReference),
  parser('platforms', 'linux / amd64 arm v7', parsePlatform),
  parser('manifests', json, (text) => parseManifest(Buffer.from(text))),
  parser('API versions', '1 . 24 50', parseApiVersion),
  parser('times', '2026 -08-04 T10 :20 :30 .000000001 Z +02:00 1699 1h 30m', (text) => parseTime(text)),
  parser('durations', units, parseDuration),
  parser('sizes', units, parseSize),
  parser('numbers of queries', '- 1 0', parseInteger),
  parser('ports', portWords, parsePorts),
  parser('addresses', '127 . :: ffff /24 %eth0', parseAddress),
  parser('subnets', '10.0.0.0 /8 :: /129 fe80', parseSubnet),
  parser('signals', 'SIG TERM RTMIN + - 9 kill', signalNumber),
  parser('device rules', 'c b a * : 1 rwm', parseRule),
  parser('SecurityOpt', 'seccomp apparmor = : unconfined label no-new-privileges', (text) =>
    parseSecurityOptions([text]),
  ),
  parser('seccomp profiles', `${json} "defaultAction" "SCMP_ACT_ALLOW"`, parseSeccompProfile),
  parser('detach keys', 'ctrl- a , [ @', parseDetachKeys),
  parser('instructions', instructionWords, (text) => parseInstructions([text])),
  parser('HEALTHCHECK', '--interval= --retries= NONE CMD ["a"] 1s', parseHealthcheck),
  parser('words of instructions', `$ \${ } :- :+ " ' \\ a`, (text) =>
    splitWords(text).map((word) => expand(word, () => 'x')),
  ),
  parser('schedules', '@daily @hourly * */5 1-5 , 0 3 L # MON JAN', Schedule.parse),
  parser('retentions', '24h 7d 4w 6m 1y , 0', parseRetention),
  parser('volume records', json, decodeRecord),
  parser('opts.json', json, decodeDockerOptions),
  parser('plugin specs', 'unix:// tcp:// https:// host : 80 /a %', parseSpec),
  parser('plugin specs in JSON', json, parseJsonSpec),
  parser('X-Registry-Auth', 'eyJ1c2VybmFtZSI6InUifQ =', decodeRegistryAuth),
  parser('X-Docker-Container-Path-Stat', 'eyJuYW1lIjoiYSJ9 =', decodePathStat),
  parser('hosts of the daemon', 'unix:// /a tcp:// fd://', (text) => readSettings(['-H', text], {})),
  parser('labels of the daemon', 'a =', (text) => readSettings([`--label=${text}`], {})),
];
