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

/** An OpenAPI 3.1 document of routes, by path; those that say nothing about themselves are left out. */
export function openApi(routes: readonly Route[]): { paths: Record<string, Record<string, unknown>> } {
  const paths: Record<string, Record<string, unknown>> = {};
  for (const route of routes.toSorted((a, b) => (a.path < b.path ? -1 : 1))) {
    if (route.about === undefined) continue;
    const path = inBraces(route.path);
    paths[path] = { ...paths[path], [route.method.toLowerCase()]: operation(route, route.about) };
  }
  const info = { title: 'Holdfast', version: RELEASE, description, license };
  return { openapi: '3.1.0', info, servers, security, paths, components } as { paths: typeof paths };
}

const description =
  "What Docker's API has no words for, on the same socket. Sizes are bytes, times RFC 3339. A failure answers with the status and the message that Docker's API would use.";
const license = { name: 'Apache-2.0', identifier: 'Apache-2.0' };
const servers = [{ url: 'http://localhost', description: 'The unix socket, which names no host' }];
/** Whoever may open the socket may use it. */
const security: readonly object[] = [];

/** The path of a route as OpenAPI writes it. */
export const inBraces = (path: string): string => path.replace(/:(\w+)/g, '{$1}');

function operation({ method, path }: Route, { summary, query, body, answer }: NonNullable<Route['about']>): unknown {
  const inPath = [...path.matchAll(/:(\w+)/g)].map(([, name]) => ({
    name,
    in: 'path',
    required: true,
    schema: { type: 'string' },
  }));
  const inQuery = Object.entries(query?.shape ?? {}).map(([name, schema]) => ({
    name,
    in: 'query',
    schema: schemaOf(schema as z.ZodType, 'input'),
  }));
  return {
    operationId: operationId(method, path),
    summary,
    parameters: [...inPath, ...inQuery],
    ...(body === undefined ? {} : { requestBody: { content: json(body, 'input') } }),
    responses: {
      '2XX': { description: 'done', ...(answer === undefined ? {} : { content: json(answer, 'output') }) },
      default: { $ref: '#/components/responses/failure' },
    },
  };
}

/** What generated clients call it: `GET /holdfast/v1/volumes/:name` is `get_volumes_name`. */
function operationId(method: string, path: string): string {
  const words = path
    .replace('/holdfast/v1/', '')
    .split(/[^a-zA-Z0-9]+/)
    .filter((word) => word !== '');
  return [method.toLowerCase(), ...words].join('_');
}

const json = (schema: z.ZodType, io: 'input' | 'output') => ({
  'application/json': { schema: schemaOf(schema, io) },
});

const components = {
  responses: {
    failure: { description: 'what went wrong', content: json(z.object({ message: z.string() }), 'output') },
  },
};

/** Without the word on the dialect, which is OpenAPI 3.1's own. */
function schemaOf(schema: z.ZodType, io: 'input' | 'output'): object {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { io, unrepresentable: 'any' });
  return rest;
}
