import type { IncomingMessage } from 'node:http';
import { expect, it } from 'vitest';
import { refuseWebPages } from './web-pages.ts';

const refuse = (headers: Record<string, string>) => () =>
  refuseWebPages({ headers } as unknown as IncomingMessage, (name) => name === 'engine.corp.net');

it.each([
  'docker',
  'localhost',
  'localhost:2375',
  'api.moby.localhost',
  'plugin.moby.localhost',
  'docker.example.com',
  '%2Fvar%2Frun%2Fdocker.sock',
  '%2Frun%2Fholdfast%2Fholdfast.sock:80',
  '/run/holdfast/holdfast.sock',
  '127.0.0.1:2376',
  '[::1]:2376',
  'engine.corp.net:2376',
  'Engine.Corp.net',
  'd',
  '',
])('a request for the host %j is answered', (host) => {
  expect(refuse({ host })).not.toThrow();
});

it('a request without a host is answered', () => {
  expect(refuse({})).not.toThrow();
  expect(refuse({ host: 'docker', 'sec-fetch-site': 'none' })).not.toThrow();
});

it.each([
  'evil.com',
  'evil.com:2375',
  'localhost.evil.com',
  '127.0.0.1.evil.com',
  'example.com.evil.com',
  'docker.',
  'evil.com.',
  'bücher.de',
  'xn--bcher-kva.de',
  'engine.corp.net.evil.com',
])('a request for the host %j is refused', (host) => {
  expect(refuse({ host })).toThrow('it is no name of this engine');
});

it.each([
  { origin: 'http://evil.com' },
  { origin: 'null' },
  { origin: 'http://localhost' },
  { origin: '' },
  { 'sec-fetch-site': 'cross-site' },
  { 'sec-fetch-site': 'same-site' },
  { 'sec-fetch-site': 'same-origin' },
])('a request with %j is refused', (headers) => {
  expect(refuse({ host: 'localhost', ...headers } as Record<string, string>)).toThrow(
    'requests of web pages are refused',
  );
});
