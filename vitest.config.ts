import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['{bot,engine,alerts,db,deploy}/**/*.test.ts'],
    globalSetup: ['deploy/sandbox/postgres/global-setup.ts'],
    testTimeout: 60_000,
    hookTimeout: 120_000,
  },
})
