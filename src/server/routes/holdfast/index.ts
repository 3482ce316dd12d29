import type { Route } from '../../call.ts';
import { openApiRoute } from './openapi.ts';

/** What Docker has no words for, below `/holdfast/v1`: each noun's routes, and the document that describes them. */
export function holdfastRoutes(): Route[] {
  const routes: Route[] = [];
  return [...routes, openApiRoute(routes)];
}
