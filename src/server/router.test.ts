import { expect, test } from 'vitest';
import type { Route } from './call.ts';
import { Router } from './router.ts';

const paths = [
  'GET /volumes',
  'POST /volumes/create',
  'GET /volumes/:name',
  'GET /containers/:name/attach/ws',
  'GET /holdfast/v1/trash',
  'DELETE /holdfast/v1/volumes/:name/snapshots/:snapshot',
];
const routes = paths.map((each): Route => {
  const [method, path = ''] = each.split(' ');
  return { method: method as Route['method'], path, handle: () => {} };
});
const router = new Router(routes);
const find = (method: string, path: string) => {
  const match = router.find(method, path);
  return match === undefined ? undefined : [match.route.path, match.name];
};

test.each<[string, string, string]>([
  ['GET /volumes', '/volumes', ''],
  ['POST /volumes/create', '/volumes/create', ''],
  ['GET /volumes/create', '/volumes/:name', 'create'],
  ['GET /volumes/data', '/volumes/:name', 'data'],
  ['GET /volumes/a%2Fb%20c', '/volumes/:name', 'a/b c'],
  ['GET /volumes/:name', '/volumes/:name', ':name'],
  ['GET /volumes/', '/volumes/:name', ''],
  ['GET /containers/c1/attach/ws', '/containers/:name/attach/ws', 'c1'],
])('%s', (request, route, name) => {
  const [method = '', path = ''] = request.split(' ');
  expect(find(method, path)).toEqual([route, name]);
});

test.each([
  'DELETE /volumes',
  'POST /volumes/data',
  'GET /volumes/a/b',
  'GET /containers/c1',
  'GET /',
  'GET *',
  'GET ',
])('%s is no route', (request) => {
  const [method = '', path = ''] = request.split(' ');
  expect(find(method, path)).toBeUndefined();
});

test('a name that is escaped wrongly is the client’s fault', () => {
  expect(() => find('GET', '/volumes/%zz')).toThrow(expect.objectContaining({ kind: 'invalid-argument' }));
});

test('one of Holdfast’s own paths may have several names, each a segment', () => {
  expect(find('GET', '/holdfast/v1/trash')).toEqual(['/holdfast/v1/trash', '']);
  expect(find('GET', '/holdfast/v1/trash/')).toBeUndefined();
  expect(find('GET', '/holdfast/v1/volumes/a/snapshots/b')).toBeUndefined();
  expect(router.find('DELETE', '/holdfast/v1/volumes/a%2Fb/snapshots/s%201')?.names).toEqual({
    name: 'a/b',
    snapshot: 's 1',
  });
  expect(() => router.find('DELETE', '/holdfast/v1/volumes/%/snapshots/b')).toThrow('invalid URL escape');
});
