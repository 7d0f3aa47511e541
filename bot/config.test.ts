import { expect, test } from 'vitest'
import { readConfig } from './config.ts'

const complete = {
  ENGINE_URL: 'http://127.0.0.1:8080',
  ENGINE_TOKEN: 'engine-token',
  SLACK_BOT_TOKEN: 'xoxb-1',
  SLACK_SIGNING_SECRET: 'secret-of-signing',
}

test('reads a complete environment, with defaults for what has one', () => {
  expect(readConfig(complete)).toEqual({
    port: 3000,
    engine: { url: 'http://127.0.0.1:8080', token: 'engine-token' },
    slack: {
      botToken: 'xoxb-1',
      apiUrl: 'https://slack.com/api/',
      intake: { kind: 'http', signingSecret: 'secret-of-signing' },
    },
    leaseSeconds: 10,
    logLevel: 'info',
  })
})

test('an app token means Socket Mode, which needs no signing secret', () => {
  const { SLACK_SIGNING_SECRET: _, ...rest } = complete
  expect(readConfig({ ...rest, SLACK_APP_TOKEN: 'xapp-1' }).slack.intake).toEqual({
    kind: 'sockets',
    appToken: 'xapp-1',
  })
})

test('names every variable that is missing, and what each one is', () => {
  expect(() => readConfig({ BOT_PORT: '3000', ENGINE_TOKEN: '' })).toThrow(
    /ENGINE_URL is missing: the address.*ENGINE_TOKEN is missing: the token.*SLACK_BOT_TOKEN is missing.*SLACK_SIGNING_SECRET is missing/s,
  )
})

test('there is no way in without a signing secret or an app token', () => {
  const { SLACK_SIGNING_SECRET: _, ...rest } = complete
  expect(() => readConfig(rest)).toThrow(/SLACK_SIGNING_SECRET is missing.*SLACK_APP_TOKEN/)
})

test('says which value is wrong without repeating it', () => {
  const read = () => readConfig({ ...complete, SLACK_BOT_TOKEN: 'hunter2', BOT_PORT: 'three' })
  expect(read).toThrow(/BOT_PORT is not valid.*SLACK_BOT_TOKEN is not valid/s)
  expect(read).not.toThrow(/hunter2/)
})
