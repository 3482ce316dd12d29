import * as z from 'zod';
import { RELEASE } from '../../../wire/index.ts';
import type { Route } from '../../call.ts';

/** GET /holdfast/v1/openapi.json: what Holdfast's own routes take and answer. */
export function openApiRoute(routes: readonly Route[]): Route {
  const about = { summary: 'This document' };
  const route: Route = {
    method: 'GET',
    path: '/holdfast/v1/openapi.json',
    about,
    handle: (call) => call.json(200, openApi([...routes, route])),
  };
  return route;
}

/** An OpenAPI 3.1 document of routes; those that say nothing about themselves are left out. */
function openApi(routes: readonly Route[]): unknown {
  const paths: Record<string, Record<string, unknown>> = {};
  for (const route of routes) {
    if (route.about === undefined) continue;
    const path = route.path.replace(/:(\w+)/g, '{$1}');
    paths[path] = { ...paths[path], [route.method.toLowerCase()]: operation(route, route.about) };
  }
  return { openapi: '3.1.0', info: { title: 'Holdfast', version: RELEASE }, paths };
}

function operation({ path }: Route, { summary, query, body, answer }: NonNullable<Route['about']>): unknown {
  const inPath = [...path.matchAll(/:(\w+)/g)].map(([, name]) => ({
    name,
    in: 'path',
    required: true,
    schema: { type: 'string' },
  }));
  const inQuery = Object.entries(query?.shape ?? {}).map(([name, schema]) => ({
    name,
    in: 'query',
    schema: z.toJSONSchema(schema as z.ZodType, { io: 'input' }),
  }));
  return {
    summary,
    parameters: [...inPath, ...inQuery],
    ...(body === undefined ? {} : { requestBody: { content: json(body, 'input') } }),
    responses: {
      '2XX': { description: 'done', ...(answer === undefined ? {} : { content: json(answer, 'output') }) },
      default: { description: 'what went wrong', content: json(failure, 'output') },
    },
  };
}

const failure = z.object({ message: z.string() });

const json = (schema: z.ZodType, io: 'input' | 'output') => ({
  'application/json': { schema: z.toJSONSchema(schema, { io, unrepresentable: 'any' }) },
});
