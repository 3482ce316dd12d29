import { invalidArgument } from '../errors/index.ts';
import type { Route } from './call.ts';

/** A route, and the name in the path that was sent; "" where the route has none. */
interface Match {
  route: Route;
  name: string;
}

/**
 * Finds the route of a request. A path of the API is either fixed or has a name as its second segment, and `routable`
 * has made every name one segment: so there is nothing to search, and two look-ups tell.
 */
export class Router {
  readonly #fixed = new Map<string, Route>();
  readonly #named = new Map<string, Route>();

  constructor(routes: readonly Route[]) {
    for (const route of routes) {
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
    const fixed = this.#fixed.get(`${method} ${path}`);
    if (fixed !== undefined) return { route: fixed, name: '' };
    const start = path.indexOf('/', 1) + 1;
    const end = start === 0 ? -1 : path.indexOf('/', start);
    const name = path.slice(start, end < 0 ? undefined : end);
    const operation = end < 0 ? '' : path.slice(end);
    const route = this.#named.get(`${method} ${path.slice(0, start)}:name${operation}`);
    return route === undefined ? undefined : { route, name: unescaped(name) };
  }
}

function unescaped(name: string): string {
  try {
    return decodeURIComponent(name);
  } catch (error) {
    throw invalidArgument(`invalid URL escape in "${name}"`, error);
  }
}
