import { invalidArgument } from '../errors/index.ts';
import type { Route } from './call.ts';

/** A route, and the name in the path that was sent; "" where the route has none. */
interface Match {
  route: Route;
  name: string;
  /** All names in the path, by what the route calls them; only Holdfast's own routes have more than one. */
  names: Readonly<Record<string, string>>;
}

/** What every path of Holdfast's own API begins with; the others are Docker's. */
const OWN_PREFIX = '/holdfast/';

/**
 * Finds the route of a request. A path of Docker's API is either fixed or has a name as its second segment, and `routable`
 * has made every name one segment: so there is nothing to search, and two look-ups tell. Holdfast's own paths may have
 * several names, each a segment, and are compared one by one.
 */
export class Router {
  readonly #fixed = new Map<string, Route>();
  readonly #named = new Map<string, Route>();
  readonly #own: Array<{ route: Route; segments: readonly string[] }> = [];

  constructor(routes: readonly Route[]) {
    for (const route of routes) {
      if (route.path.startsWith(OWN_PREFIX)) {
        this.#own.push({ route, segments: route.path.split('/') });
        continue;
      }
      const table = route.path.includes('/:name') ? this.#named : this.#fixed;
      table.set(`${route.method} ${route.path}`, route);
    }
  }

  /**
   * @param path escaped, without the query.
   * @returns undefined where there is no such route. A fixed path goes before one with a name.
   * @throws invalid-argument for a name that is not escaped as URLs are.
   */
  find(method: string, path: string): Match | undefined {
    if (path.startsWith(OWN_PREFIX)) return this.#findOwn(method, path.split('/'));
    const fixed = this.#fixed.get(`${method} ${path}`);
    if (fixed !== undefined) return { route: fixed, name: '', names: {} };
    const start = path.indexOf('/', 1) + 1;
    const end = start === 0 ? -1 : path.indexOf('/', start);
    const name = path.slice(start, end < 0 ? undefined : end);
    const operation = end < 0 ? '' : path.slice(end);
    const route = this.#named.get(`${method} ${path.slice(0, start)}:name${operation}`);
    return route === undefined ? undefined : { route, name: unescaped(name), names: {} };
  }

  #findOwn(method: string, sent: readonly string[]): Match | undefined {
    const fits = (segment: string, index: number) => segment.startsWith(':') || segment === sent[index];
    const found = this.#own.find(
      ({ route, segments }) => route.method === method && segments.length === sent.length && segments.every(fits),
    );
    if (found === undefined) return undefined;
    const names: Record<string, string> = {};
    for (const [index, segment] of found.segments.entries())
      if (segment.startsWith(':')) names[segment.slice(1)] = unescaped(sent[index] ?? '');
    return { route: found.route, name: names.name ?? '', names };
  }
}

function unescaped(name: string): string {
  try {
    return decodeURIComponent(name);
  } catch (error) {
    throw invalidArgument(`invalid URL escape in "${name}"`, error);
  }
}
