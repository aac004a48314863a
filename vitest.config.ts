import { defineConfig } from 'vitest/config';

export default defineConfig({
  // Vite would load the ES module of graphql beside the CommonJS one that its users load: one realm only.
  resolve: { alias: [{ find: /^graphql$/, replacement: 'graphql/index.js' }] },
  test: {
    include: ['test/**/*.test.ts'],
    // Against what never ends, and not a measure: how fast a machine is says nothing about the code.
    testTimeout: 120_000,
    hookTimeout: 120_000,
    expect: { poll: { timeout: 60_000, interval: 20 } },
    pool: 'forks',
    // As many as a small machine has cores: files share nothing but Redis, where each has its own keys or database.
    maxWorkers: 2,
  },
});
