import { defineConfig } from 'vitest/config'

/** Whole houses, killed at times, and browsers: each has the machine to itself, or what it waits for comes too late. */
const houses = ['deploy/sandbox/*.test.ts', 'deploy/sandbox/{console,postgres}/*.test.ts']

const every = {
  // CI's machines are shared and noisy; here a test that fails fails.
  retry: process.env['CI'] === undefined ? 0 : 2,
  testTimeout: 60_000,
  hookTimeout: 120_000,
  // What is waited for comes within milliseconds; on a busy machine it may take longer than the default second.
  expect: { poll: { timeout: 20_000, interval: 20 } },
}

export default defineConfig({
  test: {
    // Once for all projects: they do not extend this.
    globalSetup: ['deploy/sandbox/postgres/global-setup.ts'],
    projects: [
      {
        test: {
          ...every,
          name: 'parts',
          include: ['{bot,engine,alerts,db,deploy}/**/*.test.ts'],
          exclude: houses,
          maxWorkers: 2,
          sequence: { groupOrder: 0 },
        },
      },
      { test: { ...every, name: 'houses', include: houses, maxWorkers: 1, sequence: { groupOrder: 1 } } },
    ],
  },
})
