import { resolve } from 'node:path';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    projects: [
      {
        // The simulation runs the hub without workerd.
        resolve: { alias: { 'cloudflare:workers': resolve('simulation/durable-object.ts') } },
        test: {
          name: 'unit',
          sequence: { groupOrder: 0 },
          globalSetup: ['catalog/compile.ts'],
          testTimeout: 30_000,
          maxWorkers: 3,
          include: [
            '{contract,src,agent,local,demo,catalog,simulation,dashboard}/**/*.test.ts',
            'test/house/*.test.ts',
          ],
        },
      },
      {
        test: {
          name: 'stack',
          sequence: { groupOrder: 1 },
          include: ['test/{api,e2e,deploy,dashboard}/**/*.test.ts'],
          // One stack for all of them; each test has an organisation of its own.
          globalSetup: ['test/support/global-setup.ts'],
          testTimeout: 60_000,
          hookTimeout: 60_000,
          // Many of them wait, for hosts to be missed above all: more at a time than there are cores.
          maxWorkers: 4,
        },
      },
    ],
  },
});
