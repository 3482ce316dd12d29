import * as z from 'zod';
import { invalidArgument, notImplemented } from '../../../errors/index.ts';
import { type BuildLimits, type BuildRequest, decodeRegistryConfig } from '../../../wire/index.ts';
import type { Call } from '../../call.ts';

const argumentsSchema = z.record(z.string(), z.string().nullable()).nullish();
const labelsSchema = z.record(z.string(), z.string()).nullish();
const ulimitsSchema = z.array(z.object({ Name: z.string(), Soft: z.number(), Hard: z.number() })).nullish();

/**
 * Reads the query of POST /build. `rm` and `forcerm` say nothing here: no container of a step ever stays.
 * @throws invalid-argument for what cannot be read; not-implemented for what only BuildKit or a remote context could do
 */
export function buildRequest(call: Call): BuildRequest {
  refuse(call);
  return {
    dockerfile: call.text('dockerfile') || 'Dockerfile',
    tags: call.query.getAll('t').filter((tag) => tag !== ''),
    buildArgs: json(call, 'buildargs', argumentsSchema) ?? {},
    labels: json(call, 'labels', labelsSchema) ?? {},
    target: call.text('target'),
    noCache: call.flag('nocache'),
    pull: call.flag('pull'),
    quiet: call.flag('q'),
    networkMode: call.text('networkmode'),
    extraHosts: extraHosts(call),
    platform: call.text('platform'),
    limits: limits(call),
    auths: decodeRegistryConfig(call.header('x-registry-config')),
  };
}

function refuse(call: Call): void {
  if (call.text('version') === '2') {
    throw notImplemented('this engine has no BuildKit: build with the classic builder, by DOCKER_BUILDKIT=0');
  }
  const remote = call.text('remote');
  if (remote !== '' && remote !== 'client-session') {
    throw notImplemented(`this engine fetches no build contexts: download ${remote} and build from the folder`);
  }
  if (call.flag('squash')) throw invalidArgument('squash is only supported with experimental mode');
}

/** Compose's older versions join them by commas, clients in Go repeat the parameter. */
function extraHosts(call: Call): string[] {
  return call.query
    .getAll('extrahosts')
    .flatMap((hosts) => hosts.split(','))
    .filter((host) => host !== '');
}

function limits(call: Call): BuildLimits {
  const number = (key: string): number => call.integer(key) ?? 0;
  return {
    memory: number('memory'),
    memorySwap: number('memswap'),
    cpuShares: number('cpushares'),
    cpuPeriod: number('cpuperiod'),
    cpuQuota: number('cpuquota'),
    cpusetCpus: call.text('cpusetcpus'),
    cpusetMems: call.text('cpusetmems'),
    cgroupParent: call.text('cgroupparent'),
    shmSize: number('shmsize'),
    ulimits: json(call, 'ulimits', ulimitsSchema) ?? [],
  };
}

function json<T extends z.ZodType>(call: Call, key: string, schema: T): z.output<T> | undefined {
  const text = call.text(key);
  if (text === '') return undefined;
  try {
    return schema.parse(JSON.parse(text));
  } catch (error) {
    throw invalidArgument(`error reading ${key}: not what it has to be in JSON`, error);
  }
}
