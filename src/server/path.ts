/*
 * Names in paths may hold slashes and colons, unescaped: /images/127.0.0.1:5000/pp/bb/push, /volumes/a/b. A router
 * matches segment by segment, so the name is found here by what surrounds it, and made one segment by escaping it.
 */

/** The last segments that are an operation and not a part of the name, per noun. */
const OPERATIONS: Readonly<Record<string, ReadonlySet<string>>> = {
  containers: new Set(
    'json export changes logs stats top archive attach start stop restart kill pause unpause rename resize wait update exec copy'.split(
      ' ',
    ),
  ),
  images: new Set(['json', 'history', 'get', 'push', 'tag']),
  volumes: new Set(),
  networks: new Set(['connect', 'disconnect']),
  exec: new Set(['start', 'json', 'resize']),
  distribution: new Set(['json']),
  plugins: new Set(['json', 'enable', 'disable', 'push', 'set', 'upgrade']),
};

/** A request's URL, split into the API version it was sent to ("1.45"; undefined without one), a routable path and the query. */
export interface RoutablePath {
  version: string | undefined;
  /** Escaped, so that a name is one segment. */
  path: string;
  /** As sent, without the question mark. */
  query: string;
}

/** @param url path and query as sent. */
export function routable(url: string, method: string): RoutablePath {
  const queryAt = url.indexOf('?');
  const path = queryAt < 0 ? url : url.slice(0, queryAt);
  const query = queryAt < 0 ? '' : url.slice(queryAt + 1);
  const [, version, rest = path] = /^\/v([0-9.]+)(\/.*)$/.exec(path) ?? [];
  return { version, path: escapeName(rest, method), query };
}

function escapeName(path: string, method: string): string {
  const [, noun = '', rest = ''] = /^\/([a-z]+)\/(.*)$/.exec(path) ?? [];
  const operations = OPERATIONS[noun];
  if (operations === undefined) return path;
  const [name, operation] = method === 'DELETE' ? [rest, ''] : splitOperation(rest, operations);
  // A lone segment is either a plain name or a route of the noun's own (/images/json), and both can stay.
  if (!name.includes('/') && !/%2f/i.test(name)) return path;
  const known = noun === 'containers' ? name.replace(/^\/+/, '') : name;
  return `/${noun}/${encodeURIComponent(decode(known))}${operation}`;
}

function splitOperation(rest: string, operations: ReadonlySet<string>): [name: string, operation: string] {
  const socket = rest.endsWith('/attach/ws');
  const at = socket ? rest.length - '/attach/ws'.length : rest.lastIndexOf('/');
  const operation = rest.slice(at + 1);
  return at >= 0 && (socket || operations.has(operation)) ? [rest.slice(0, at), rest.slice(at)] : [rest, ''];
}

function decode(name: string): string {
  try {
    return decodeURIComponent(name);
  } catch {
    // A stray % sign: taken literally, as part of the name.
    return name;
  }
}
