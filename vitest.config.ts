import { defineConfig } from 'vitest/config'

export default defineConfig({
  resolve: {
    // Vite prefers graphql's ESM build while Apollo's packages require the CommonJS one; graphql must exist once.
    alias: [{ find: /^graphql$/, replacement: 'graphql/index.js' }],
  },
  test: {
    include: ['{gateway,subgraphs,shared,cli,deploy,bench,test}/**/*.test.ts'],
    globalSetup: ['test/build.ts'],
    testTimeout: 30_000,
    hookTimeout: 60_000,
    maxWorkers: 2,
    reporters: ['default'],
  },
})
