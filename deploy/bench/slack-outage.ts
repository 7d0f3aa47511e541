import { setTimeout as wait } from 'node:timers/promises'
import { createFakeEngine } from '../../bot/testing/fake-engine.ts'
import { sampleJob } from '../../bot/views/testing/job-samples.ts'
import type { Job } from '../../engine/client.ts'
import type { SlackStandIn } from '../sandbox/slack/server.ts'
import { line, ratio } from './report.ts'
import {
  channel,
  countCalls,
  postBefore,
  postedTwice,
  startBenchBot,
  startLimitedSlack,
  stateOf,
  stockClient,
  watchEnds,
} from './slack-bot.ts'

const jobs = Array.from({ length: 50 }, (_, index) => index + 1)
/** Half of the jobs run when Slack goes down, the others begin while it is. */
const old = jobs.slice(0, jobs.length / 2)
const ways = ['429', '500', 'silent', 'reset'] as const
const changesPerJob = 6
/** 25 new messages in one channel: five at once, then one a second. */
const soonestSeconds = 20

/** A minute's outage; five take `npm run bench slack-outage-5-minutes`, and a quarter of an hour. */
export const benchOutage = async (): Promise<void> => await outage(60)
export const benchLongOutage = async (): Promise<void> => await outage(300)

/**
 * Slack is down in four ways, one after the other, while 50 jobs go on, begin and end. How long after it is back until
 * every message says how its job ended.
 */
async function outage(seconds: number): Promise<void> {
  const [ours, stock] = await Promise.all([plantao(seconds), stockUnder(seconds)])
  line(
    `${seconds} s without Slack, 50 jobs: the soonest possible`,
    `${soonestSeconds} s (25 posts in one channel)`,
  )
  line(`Plantão: ${seconds} s without Slack, 50 jobs: until all is true`, figures(ours), '0 twice')
  line('stock WebClient, the ends alone', figures(stock))
  line('  beside it', `${ratio(stock.seconds, ours.seconds)} Plantão's`)
}

interface Run {
  /** From Slack being back to the last message being true. */
  seconds: number
  ends: number
  calls: string
  postedTwice: number
}

const figures = ({ seconds, ends, calls, postedTwice: twice }: Run): string =>
  `${seconds.toFixed(1)} s, ${ends} of ${jobs.length} ends, ${twice} posted twice, ${calls}`

async function plantao(seconds: number): Promise<Run> {
  const slack = await startLimitedSlack()
  const engine = createFakeEngine()
  await postBefore(
    slack,
    engine,
    old.map((id) => job(id, 'running')),
  )
  const { bot } = await startBenchBot(slack, { engine })
  const run = await through(slack, seconds, async (id, step) => {
    engine.setJob(id, job(id, step === changesPerJob ? 'succeeded' : 'running'))
  })
  await bot.stop()
  await slack.close()
  return run
}

async function stockUnder(seconds: number): Promise<Run> {
  const slack = await startLimitedSlack()
  const client = stockClient(slack)
  const posting = new Map<number, Promise<string>>()
  const post = async (id: number): Promise<string> => {
    const { ts = '' } = await client.chat.postMessage({ channel, text: stateOf(job(id, 'running')) })
    return ts
  }
  for (const id of old) {
    slack.levers({ budgetScale: 1000 })
    posting.set(id, Promise.resolve(await post(id)))
  }
  slack.levers({ budgetScale: 1 })
  const run = await through(slack, seconds, async (id, step) => {
    if (!posting.has(id)) posting.set(id, post(id))
    if (step < changesPerJob) return
    const ts = await posting.get(id)
    await client.chat.update({ channel, ts: ts ?? '', text: stateOf(job(id, 'succeeded')) })
  })
  await slack.close()
  return run
}

const job = (id: number, state: Job['state']): Job => ({ ...sampleJob({ state }), id })

/** Lets every job go through its changes while Slack is down. */
async function through(
  slack: SlackStandIn,
  seconds: number,
  change: (id: number, step: number) => Promise<void>,
): Promise<Run> {
  const calls = countCalls(slack)
  const ends = watchEnds(slack)
  const lives = jobs.map(async (id) => {
    for (let step = 1; step <= changesPerJob; step++) {
      await wait(((seconds * 1000) / changesPerJob) * (0.5 + id / jobs.length / 2) * (step === 1 ? 0.5 : 1))
      change(id, step).catch(() => undefined)
    }
  })
  for (const down of ways) {
    slack.levers({ down, retryAfterSeconds: 5 })
    await wait((seconds * 1000) / ways.length)
  }
  await Promise.all(lives)
  slack.levers({ down: null })
  const backAt = performance.now()
  await slack.until(() => ends.seenAt.size === jobs.length, 3 * seconds).catch(() => undefined)
  ends.stop()
  return {
    seconds: (performance.now() - backAt) / 1000,
    ends: ends.seenAt.size,
    calls: calls(),
    postedTwice: postedTwice(slack),
  }
}
