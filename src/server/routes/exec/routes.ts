import { execCreateSchema, execStartSchema } from '../../../wire/index.ts';
import type { Call, Route } from '../../call.ts';
import { type DetachKeys, parseDetachKeys } from '../../detach-keys.ts';
import { hijack } from '../../hijack.ts';
import { terminalSize } from '../../terminal-size.ts';
import type { ExecBackend } from './backend.ts';

/** POST /containers/{id}/exec and /exec/{id}/… (API 1.24 to 1.50). */
export function execRoutes(execs: ExecBackend): Route[] {
  // Detach keys are given at create and needed at start; sessions that were never started are few and small.
  const detachKeys = new Map<string, DetachKeys>();
  return [
    { method: 'POST', path: '/containers/:name/exec', handle: (call) => create(execs, call, detachKeys) },
    { method: 'POST', path: '/exec/:name/start', handle: (call) => start(execs, call, detachKeys) },
    {
      method: 'GET',
      path: '/exec/:name/json',
      handle: async (call) => call.json(200, await execs.execInspect(call.name)),
    },
    {
      method: 'POST',
      path: '/exec/:name/resize',
      handle: async (call) => {
        await execs.execResize(call.name, terminalSize(call));
        call.empty(200);
      },
    },
  ];
}

async function create(execs: ExecBackend, call: Call, detachKeys: Map<string, DetachKeys>): Promise<void> {
  const body = await call.body(execCreateSchema);
  const keys = parseDetachKeys(body.DetachKeys);
  const created = await execs.execCreate(call.name, body);
  if (keys.asked) detachKeys.set(created.Id, keys);
  call.json(201, created);
}

async function start(execs: ExecBackend, call: Call, detachKeys: Map<string, DetachKeys>): Promise<void> {
  const stream = await execs.execStart(call.name, await call.body(execStartSchema));
  const keys = detachKeys.get(call.name) ?? parseDetachKeys('');
  detachKeys.delete(call.name);
  if (stream === undefined) call.empty(200);
  else await hijack(call, { stream, detachKeys: keys });
}
