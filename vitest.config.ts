import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['{bot,engine,alerts,db,deploy}/**/*.test.ts'],
    globalSetup: ['deploy/sandbox/postgres/global-setup.ts'],
    // CI's machines are shared and noisy; here a test that fails fails.
    retry: process.env['CI'] === undefined ? 0 : 2,
    testTimeout: 60_000,
    hookTimeout: 120_000,
  },
})
