import { expect, it } from 'vitest';
import { progressText } from './transfer-line.ts';

it('says how much of how much, how fast, and how long it will take', () => {
  expect(progressText({ done: 512e6, total: 1.2e9 }, 2)).toBe('512MB of 1.2GB, 256MB/s, 3s left');
  expect(progressText({ done: 1e6, total: 1e9 }, 1)).toBe('1MB of 1GB, 1MB/s, 16m39s left');
  expect(progressText({ done: 1e6, total: 1e10 }, 1)).toBe('1MB of 10GB, 1MB/s, 2h46m left');
});

it('leaves out what it cannot know', () => {
  expect(progressText({ done: 512e6, total: 0 }, 2)).toBe('512MB, 256MB/s');
  expect(progressText({ done: 0, total: 1000 }, 0)).toBe('0B of 1kB, 0B/s');
  expect(progressText({ done: 2000, total: 1000 }, 1)).toBe('2kB of 1kB, 2kB/s, 0s left');
});
