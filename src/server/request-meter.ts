/** How often a route was asked for and how long its answers took, all statuses together. */
export interface RouteReading {
  method: string;
  /** As the route is written, `/volumes/:name`; "" for requests that there is no route for. */
  path: string;
  /** How many answers had each status. */
  statuses: ReadonlyMap<number, number>;
  seconds: number;
}

/** Counts the requests of a server, by route: names of objects are not told apart, so that there are not ever more of them. */
export class RequestMeter {
  readonly #routes = new Map<
    string,
    { method: string; path: string; statuses: Map<number, number>; seconds: number }
  >();

  /** @param answer.seconds from the request's head to the end of what its handler did */
  note(route: { method: string; path: string }, { status, seconds }: { status: number; seconds: number }): void {
    const key = `${route.method} ${route.path}`;
    const { method, path } = route;
    const reading = this.#routes.get(key) ?? { method, path, statuses: new Map<number, number>(), seconds: 0 };
    reading.statuses.set(status, (reading.statuses.get(status) ?? 0) + 1);
    reading.seconds += seconds;
    this.#routes.set(key, reading);
  }

  readings(): readonly RouteReading[] {
    return [...this.#routes.values()];
  }
}
