import { invalidArgument } from '../../../errors/index.ts';
import { containerConfigSchema, containerCreateSchema, containerUpdateSchema } from '../../../wire/index.ts';
import { isDeclaredEmpty } from '../../body.ts';
import type { Call, Route } from '../../call.ts';
import type { ContainersBackend } from './backend.ts';

/** What makes, shows, changes and removes containers as records. */
export function recordRoutes(containers: ContainersBackend): Route[] {
  return [
    { method: 'POST', path: '/containers/create', handle: (call) => create(containers, call) },
    { method: 'GET', path: '/containers/json', handle: (call) => list(containers, call) },
    { method: 'GET', path: '/containers/:name/json', handle: (call) => inspect(containers, call) },
    {
      method: 'GET',
      path: '/containers/:name/top',
      handle: async (call) => call.json(200, await containers.top(call.name, call.text('ps_args'))),
    },
    {
      method: 'GET',
      path: '/containers/:name/changes',
      handle: async (call) => call.json(200, await containers.changes(call.name)),
    },
    {
      method: 'POST',
      path: '/containers/:name/update',
      handle: async (call) => {
        call.json(200, await containers.update(call.name, await call.body(containerUpdateSchema)));
      },
    },
    {
      method: 'POST',
      path: '/containers/:name/rename',
      handle: async (call) => {
        await containers.rename(call.name, call.text('name'));
        call.empty(204);
      },
    },
    { method: 'DELETE', path: '/containers/:name', handle: (call) => remove(containers, call) },
    {
      method: 'POST',
      path: '/containers/prune',
      handle: async (call) => call.json(200, await containers.prune(call.filters())),
    },
    { method: 'POST', path: '/commit', handle: (call) => commit(containers, call) },
  ];
}

async function create(containers: ContainersBackend, call: Call): Promise<void> {
  if (isDeclaredEmpty(call.request)) throw invalidArgument('invalid JSON: got EOF while reading request body');
  const body = await call.body(containerCreateSchema);
  const created = await containers.create({
    name: call.text('name'),
    body,
    platform: call.text('platform'),
    apiVersion: call.version,
  });
  call.json(201, created);
}

async function list(containers: ContainersBackend, call: Call): Promise<void> {
  const found = await containers.list({
    all: call.flag('all'),
    limit: call.integer('limit') ?? 0,
    size: call.flag('size'),
    filters: call.filters(),
    apiVersion: call.version,
  });
  call.json(200, found);
}

async function inspect(containers: ContainersBackend, call: Call): Promise<void> {
  call.json(200, await containers.inspect(call.name, { size: call.flag('size'), apiVersion: call.version }));
}

async function remove(containers: ContainersBackend, call: Call): Promise<void> {
  await containers.remove(call.name, { force: call.flag('force'), volumes: call.flag('v'), link: call.flag('link') });
  call.empty(204);
}

/** The body is the configuration to put over the container's; most clients send none, or null. */
async function commit(containers: ContainersBackend, call: Call): Promise<void> {
  const config = await call.optionalBody(containerConfigSchema);
  const created = await containers.commit({
    container: call.text('container'),
    repo: call.text('repo'),
    tag: call.text('tag'),
    comment: call.text('comment'),
    author: call.text('author'),
    pause: call.flag('pause', true),
    changes: call.query.getAll('changes'),
    config,
  });
  call.json(201, created);
}
