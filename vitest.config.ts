import { defineConfig } from 'vitest/config'

/** Whole houses, killed at times, and browsers. */
const houses = [
  'deploy/sandbox/{crash,alerting-crash,bot-crash,outages,real-alertmanager}.test.ts',
  'deploy/sandbox/*.browser.test.ts',
  'deploy/sandbox/console/browser-*.test.ts',
]

const every = {
  // CI's machines are shared and noisy; here a test that fails fails.
  retry: process.env['CI'] === undefined ? 0 : 2,
  testTimeout: 60_000,
  hookTimeout: 120_000,
  // What is waited for comes within milliseconds; on a busy machine it may take longer than the default second.
  expect: { poll: { timeout: 20_000, interval: 20 } },
  // In both projects the same, and so one pool: houses go first (vitest takes projects by name, and their larger files
  // first), and where the last of them still wait for something the parts use the machine.
  maxWorkers: 2,
}

export default defineConfig({
  test: {
    // Once for all projects: they do not extend this.
    globalSetup: ['deploy/sandbox/postgres/global-setup.ts'],
    projects: [
      { test: { ...every, name: 'houses', include: houses } },
      {
        test: {
          ...every,
          name: 'parts',
          include: ['{bot,engine,alerts,db,deploy}/**/*.test.ts'],
          exclude: houses,
        },
      },
    ],
  },
})
