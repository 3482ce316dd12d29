import { describe, expect, test } from 'vitest';
import { isLocked, resticFailure } from './failure.ts';
import type { Access } from './restic.ts';

const access: Access = {
  name: 'offsite',
  location: 'rest:https://me:hunter22@backups.example.com/',
  passwordFile: '/key',
  environment: { AWS_SECRET_ACCESS_KEY: 'topsecret', AWS_REGION: 'eu-central-1' },
  cacheFolder: '/cache',
};
const failure = (stderr: string) => resticFailure(access, 1, stderr);

describe('what restic says is told by kind', () => {
  test.each([
    ['unauthorized', 'Fatal: wrong password or no key found'],
    ['unavailable', 'Fatal: unable to open config file: Head "x": dial tcp 127.0.0.1:9: connect: connection refused'],
    ['forbidden', 'Fatal: unable to open config file: Stat: Access Denied.'],
    ['not-found', 'Fatal: unable to open config file: stat /nope/config: no such file or directory'],
    ['system', 'Save(<data/1>) returned error: write /x: no space left on device'],
    ['system', '{"message_type":"error","error":{"message":"something new"},"item":"/file"}'],
  ])('%s: %s', (kind, words) => {
    const error = failure(words);
    expect(error).toMatchObject({ kind, message: expect.stringContaining('repository "offsite"') });
  });

  test('damage, with what to do', () => {
    const { message } = failure(
      'error for tree 1a2b:\n  ciphertext verification failed\nFatal: repository contains errors',
    );
    expect(message).toContain('is damaged');
    expect(message).toContain('backup verify --read-data');
  });

  test('a lock, with who has it and since when', () => {
    const words = [
      'unable to create lock in backend: repository is already locked exclusively by PID 12 on db1 by root (UID 0, GID 0)',
      'lock was created at 2026-11-24 13:37:33 (31.8s ago)',
    ];
    const error = failure(words.join('\n'));
    expect(isLocked(error)).toBe(true);
    expect(error).toMatchObject({ kind: 'conflict' });
    expect(error.message).toContain('process 12 on db1 (root (UID 0, GID 0)) since 2026-11-24 13:37:33 (31.8s ago)');
  });
});

test('secrets are masked, and what is none stays', () => {
  const { message } = failure('Get "https://me:hunter22@backups.example.com/": topsecret in eu-central-1');
  expect(message).not.toMatch(/hunter22|topsecret/);
  expect(message).toContain('https://me:***@backups.example.com/');
  expect(message).toContain('eu-central-1');
});
