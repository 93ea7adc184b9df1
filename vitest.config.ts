import { defineConfig } from 'vitest/config'

/** Suites that share one network of real processes. They take longest, and so begin first: vitest begins with what is isolated. */
const NETWORK = 'test/e2e/network.test.ts'

export default defineConfig({
  resolve: {
    // Vite prefers graphql's ESM build while Apollo's packages require the CommonJS one; graphql must exist once.
    alias: [{ find: /^graphql$/, replacement: 'graphql/index.js' }],
  },
  test: {
    globalSetup: ['test/build.mjs'],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    maxWorkers: 2,
    reporters: ['default'],
    projects: [
      { extends: true, test: { name: 'network', include: [NETWORK] } },
      {
        extends: true,
        test: {
          name: 'rooms',
          include: ['{gateway,subgraphs,shared,cli,deploy,bench,test}/**/*.test.ts'],
          exclude: [NETWORK],
          // Loading what a file imports costs more than most files' tests: a worker's files share their modules.
          isolate: false,
        },
      },
    ],
  },
})
