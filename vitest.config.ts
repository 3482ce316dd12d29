import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    // Two at a time on two cores, where the default is one: most of a test is waiting for containers.
    maxWorkers: Math.max(2, availableParallelism() - 1),
    projects: [
      {
        test: {
          name: 'unit',
          // Bounds a test that hangs, not one that a busy machine keeps waiting.
          testTimeout: 60_000,
          include: [
            'src/**/*.test.ts',
            'test/architecture/**/*.test.ts',
            'test/properties/**/*.test.ts',
            'bench/**/*.test.ts',
          ],
          pool: 'forks',
        },
      },
      {
        test: {
          name: 'integration',
          include: ['test/{integration,semantics,security,conformance}/**/*.test.ts'],
          pool: 'forks',
          testTimeout: 60_000,
          hookTimeout: 120_000,
          globalSetup: ['test/support/global-setup.ts'],
        },
      },
    ],
  },
});
