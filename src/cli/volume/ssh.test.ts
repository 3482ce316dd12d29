import { expect, it } from 'vitest';
import { parseSshUrl, quoted } from './ssh.ts';

it('reads where to send to', () => {
  expect(parseSshUrl('ssh://host')).toEqual({ host: 'host', user: '', port: '' });
  expect(parseSshUrl('ssh://me@[::1]:2222/')).toEqual({ host: '::1', user: 'me', port: '2222' });
});

it('refuses what is no such place, and what ssh would take for an option', () => {
  const wrong = [
    'host',
    'http://host',
    'ssh://',
    'ssh://host/path',
    'ssh://a:secret@host',
    'ssh://-oProxyCommand=x',
    'ssh://%2doA',
  ];
  for (const text of wrong) expect(() => parseSshUrl(text)).toThrow('must be ssh://[user@]host[:port]');
});

it('makes one word of any text', () => {
  expect(quoted("it's $(here)")).toBe(`'it'\\''s $(here)'`);
});
