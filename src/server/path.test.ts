import fc from 'fast-check';
import { expect, test } from 'vitest';
import { routable } from './path.ts';

test.each<[string, string | undefined, string]>([
  ['GET /v1.45/containers/json?all=1', '1.45', '/containers/json?all=1'],
  ['GET /info', undefined, '/info'],
  ['POST /images/127.0.0.1:5000/pp/bb/push?tag=1', undefined, '/images/127.0.0.1%3A5000%2Fpp%2Fbb/push?tag=1'],
  ['GET /v1.24/images/a/b:1.1/json', '1.24', '/images/a%2Fb%3A1.1/json'],
  ['GET /images/json', undefined, '/images/json'],
  ['GET /images/foo/json', undefined, '/images/foo/json'],
  ['DELETE /images/a/json', undefined, '/images/a%2Fjson'],
  ['GET /volumes/a/b', undefined, '/volumes/a%2Fb'],
  ['GET /volumes/a%2Fb', undefined, '/volumes/a%2Fb'],
  ['GET /containers//name/json', undefined, '/containers/name/json'],
  ['DELETE /containers/a/b?link=1', undefined, '/containers/a%2Fb?link=1'],
  ['GET /containers/x/attach/ws', undefined, '/containers/x/attach/ws'],
  ['POST /containers/x/attach', undefined, '/containers/x/attach'],
  ['GET /volumes/%zz/a', undefined, '/volumes/%25zz%2Fa'],
  ['GET /vx/info', undefined, '/vx/info'],
])('%s', (request, version, rest) => {
  const [method = '', url = ''] = request.split(' ');
  const [path, query = ''] = rest.split('?');
  expect(routable(url, method)).toEqual({ version, path, query });
});

test('a name with slashes becomes one segment that decodes to the same name', () => {
  const name = fc.stringMatching(/^[a-z0-9:._/@%+-]{1,30}$/).filter((text) => text.includes('/') && !/%/.test(text));
  fc.assert(
    fc.property(name, (text) => {
      const { path } = routable(`/images/${text}/push`, 'POST');
      expect(decodeURIComponent(path.slice('/images/'.length, -'/push'.length))).toBe(text);
    }),
  );
});

test('never throws', () => {
  fc.assert(fc.property(fc.string(), (tail) => void routable(`/images/${tail}`, 'GET')));
});
