import { expect, test } from 'vitest';
import { Rate } from './rate.ts';

test('tells the speed and what is left once that is more than a guess', () => {
  const rate = new Rate();
  const at = (second: number, done: number, total = 100e6) => rate.after({ done, total }, second * 1000);
  expect(at(0, 0)).toBe('');
  expect(at(0.5, 5e6)).toBe('');
  expect(at(2, 20e6)).toBe('10MB/s, 8s left');
  expect(at(4, 40e6, 0)).toBe('10MB/s');
  expect(at(5, 40e6, 4e9)).toBe('8MB/s, 8m15s left');
  expect(at(6, 42e6, 400e9)).toBe('7MB/s, 15h52m left');
});

test('follows what changes, and says nothing of what stands still', () => {
  const rate = new Rate();
  const at = (second: number, done: number) => rate.after({ done, total: 1e9 }, second * 1000);
  at(0, 0);
  at(10, 500e6);
  expect(at(30, 520e6)).toBe('');
  expect(at(40, 530e6)).toBe('1MB/s, 7m50s left');
  expect(at(50, 530e6)).toBe('');
});
