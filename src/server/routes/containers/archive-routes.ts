import { invalidArgument } from '../../../errors/index.ts';
import { encodePathStat } from '../../../wire/index.ts';
import type { Call, Route } from '../../call.ts';
import { sendBytes } from '../../streams.ts';
import type { ContainersBackend } from './backend.ts';

const PATH = '/containers/:name/archive';
const STAT_HEADER = 'X-Docker-Container-Path-Stat';

/** What `docker cp` is made of: a path's stat, an archive out of a container, an archive into it. */
export function archiveRoutes(containers: ContainersBackend): Route[] {
  return [
    { method: 'HEAD', path: PATH, handle: (call) => stat(containers, call) },
    { method: 'GET', path: PATH, handle: (call) => get(containers, call) },
    { method: 'PUT', path: PATH, handle: (call) => put(containers, call) },
  ];
}

async function stat(containers: ContainersBackend, call: Call): Promise<void> {
  call.setHeader(STAT_HEADER, encodePathStat(await containers.archiveStat(call.name, pathOf(call))));
  call.empty(200);
}

async function get(containers: ContainersBackend, call: Call): Promise<void> {
  const { stat: found, tar } = await containers.archiveGet(call.name, pathOf(call));
  call.setHeader(STAT_HEADER, encodePathStat(found));
  await sendBytes(call, { type: 'application/x-tar', source: tar });
}

async function put(containers: ContainersBackend, call: Call): Promise<void> {
  await containers.archivePut(call.name, pathOf(call), {
    stream: call.request,
    noOverwriteDirNonDir: call.flag('noOverwriteDirNonDir'),
    copyUIDGID: call.flag('copyUIDGID'),
  });
  call.empty(200);
}

function pathOf(call: Call): string {
  const path = call.text('path');
  if (path === '') throw invalidArgument('missing parameter: path');
  return path;
}
