/*
 * A volume plugin (Docker's v1 protocol) for tests, a program of its own. Its volumes are folders, and outlive it.
 *
 *   node test-plugin.mjs FOLDER ADDRESS      ADDRESS: path of a socket, or a port on 127.0.0.1
 *
 * FOLDER/behaviour.json says how it misbehaves, by method ("Mount", or "*"), and is read at each request:
 *   {"hang": true}                 never answers
 *   {"slow": 100}                  answers after so many milliseconds
 *   {"fail": "words"}              answers status 500 with that Err
 *   {"text": "…", "status": 200}   answers just that
 *   {"answer": {…}}                answers that JSON in place of its own
 * FOLDER/calls.jsonl has every request as it came. POST /Test.Reset removes all volumes.
 */
import { createHash } from 'node:crypto';
import { appendFileSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const [, , folder, address] = process.argv;
const stateFile = join(folder, 'state.json');

const read = (path, otherwise) => (existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')) : otherwise);
const volumes = new Map(Object.entries(read(stateFile, {})));
const save = () => {
  writeFileSync(`${stateFile}.new`, JSON.stringify(Object.fromEntries(volumes)));
  renameSync(`${stateFile}.new`, stateFile);
};
const dataOf = (name) => join(folder, 'data', createHash('sha256').update(name).digest('hex').slice(0, 16));
const pathOf = (name) => (volumes.get(name)?.told ? dataOf(name) : '');
const told = (name) => ({ Name: name, Mountpoint: pathOf(name) });

const methods = {
  'Plugin.Activate': () => ({ Implements: ['VolumeDriver'] }),
  'VolumeDriver.Capabilities': () => ({ Capabilities: { Scope: 'global' } }),
  'VolumeDriver.Create': ({ Name, Opts }) => {
    mkdirSync(dataOf(Name), { recursive: true });
    volumes.set(Name, { opts: Opts, mounts: [], told: Opts.told === 'yes' });
    return {};
  },
  'VolumeDriver.Remove': ({ Name }) => {
    if (!volumes.has(Name)) return { Err: `no volume ${Name}` };
    if (volumes.get(Name).mounts.length > 0) return { Err: `${Name} is mounted` };
    volumes.delete(Name);
    rmSync(dataOf(Name), { recursive: true, force: true });
    return {};
  },
  'VolumeDriver.Mount': ({ Name, ID }) => {
    if (!volumes.has(Name)) return { Err: `no volume ${Name}` };
    volumes.get(Name).mounts.push(ID);
    return { Mountpoint: dataOf(Name) };
  },
  'VolumeDriver.Unmount': ({ Name, ID }) => {
    const at = volumes.get(Name)?.mounts.indexOf(ID) ?? -1;
    if (at < 0) return { Err: `${ID} has not mounted ${Name}` };
    volumes.get(Name).mounts.splice(at, 1);
    return {};
  },
  'VolumeDriver.Path': ({ Name }) => ({ Mountpoint: pathOf(Name) }),
  'VolumeDriver.Get': ({ Name }) => (volumes.has(Name) ? { Volume: told(Name) } : {}),
  'VolumeDriver.List': () => ({ Volumes: [...volumes.keys()].map(told) }),
  'Test.Reset': () => {
    volumes.clear();
    return {};
  },
};

function reply(response, status, text) {
  response.writeHead(status, { 'content-type': 'application/vnd.docker.plugins.v1.2+json' });
  response.end(text);
}

async function answer(method, body, response) {
  const behaviour = read(join(folder, 'behaviour.json'), {});
  const how = behaviour[method.split('.')[1]] ?? behaviour['*'] ?? {};
  if (how.hang) return;
  if (how.slow) await sleep(how.slow);
  if (how.fail !== undefined) return reply(response, 500, JSON.stringify({ Err: how.fail }));
  if (how.text !== undefined) return reply(response, how.status ?? 200, how.text);
  if (methods[method] === undefined) return reply(response, 404, 'page not found');
  const result = methods[method](body === '' ? {} : JSON.parse(body));
  save();
  const given = how.answer ?? result;
  reply(response, given.Err ? 500 : 200, JSON.stringify(given));
}

const server = createServer(async (request, response) => {
  let body = '';
  for await (const chunk of request) body += chunk;
  const method = request.url.slice(1);
  const { accept, host } = request.headers;
  appendFileSync(
    join(folder, 'calls.jsonl'),
    `${JSON.stringify({ method, body, accept, host, verb: request.method })}\n`,
  );
  await answer(method, body, response);
});

mkdirSync(folder, { recursive: true });
if (address.startsWith('/')) rmSync(address, { force: true });
server.listen(/^\d+$/.test(address) ? { port: Number(address), host: '127.0.0.1' } : address, () => {
  process.stdout.write(`${JSON.stringify(server.address())}\n`);
});
