import { setTimeout as wait } from 'node:timers/promises'
import { type Budget, spend, type Spent, waitFor } from '../../bot/slack/budget.ts'
import { createFakeEngine } from '../../bot/testing/fake-engine.ts'
import { sampleJob } from '../../bot/views/testing/job-samples.ts'
import type { Job } from '../../engine/client.ts'
import type { SlackStandIn } from '../sandbox/slack/server.ts'
import { line, percentile, ratio } from './report.ts'
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

const jobs = Array.from({ length: 120 }, (_, index) => index + 1)
const liveSeconds = 30
const lifeSeconds = 10
const changesPerJob = 4
/** As Slack counts: Tier 3, and about one a second in a channel. */
const slacks = { edits: { calls: 50, seconds: 60 }, posts: { calls: 5, seconds: 5 } }
/** A stock client that is not done by then is not waited for. */
const patienceSeconds = 420

/**
 * 120 jobs live and end within 30 s in one channel, under Slack's real limits: when each end is to be seen, beside the
 * soonest that any program could show them. Once with messages that are there already (an edit each: 50 a minute), once
 * from the first message on (a post each: about 1 a second).
 */
export async function benchLiveJobs(): Promise<void> {
  const [edits, posts, stockEdits, stockPosts] = await Promise.all([
    plantao({ posted: true }),
    plantao({ posted: false }),
    stock({ posted: true }),
    stock({ posted: false }),
  ])
  report('messages there already', edits, stockEdits, soonest(slacks.edits, endsAt))
  report('from the first message on', posts, stockPosts, soonest(slacks.posts, bornAt))
}

interface Run {
  /** Seconds from the first change to each end being seen, sorted. */
  ends: number[]
  calls: string
  postedTwice: number
}

function report(what: string, ours: Run, stock: Run, floor: number[]): void {
  const last = (ends: number[]): number => percentile(ends, 1)
  const behind = ours.ends.map((seconds, index) => seconds - (floor[index] ?? 0))
  const figures = (ends: number[]): string =>
    `p50 ${percentile(ends, 0.5).toFixed(0)} s  p95 ${percentile(ends, 0.95).toFixed(0)} s  last ${last(ends).toFixed(0)} s`
  line(`120 jobs in ${liveSeconds} s, ${what}: the soonest possible`, figures(floor))
  line('  Plantão shows the ends', figures(ours.ends))
  line(
    '    all of them, after the soonest possible',
    `${(last(ours.ends) - last(floor)).toFixed(1)} s`,
    '<= 10 s',
  )
  line(
    '    within 10 s of the soonest possible, one by one',
    `${behind.filter((seconds) => seconds <= 10).length} of ${jobs.length} (furthest behind: ${Math.max(...behind).toFixed(1)} s)`,
  )
  line(
    '    ',
    `${ours.ends.length} ends, ${ours.postedTwice} posted twice, ${ours.calls}`,
    '120 ends, 0 twice',
  )
  line('  stock WebClient, the end alone', figures(stock.ends))
  line('    ', `${stock.ends.length} ends, ${stock.postedTwice} posted twice, ${stock.calls}`)
  line('    beside it, the last end', `${ratio(last(stock.ends), last(ours.ends))} Plantão's`)
}

const bornAt = (id: number): number => ((id - 1) * (liveSeconds - lifeSeconds) * 1000) / jobs.length
const endsAt = (id: number): number => bornAt(id) + lifeSeconds * 1000

const running = (id: number, change: number): Job => ({
  ...sampleJob({ state: 'running', startedAt: new Date().toISOString(), logTail: [`line ${change}`] }),
  id,
})
const ended = (id: number): Job => ({ ...sampleJob({ state: 'succeeded' }), id })

async function plantao({ posted }: { posted: boolean }): Promise<Run> {
  const slack = await startLimitedSlack()
  const engine = createFakeEngine()
  if (posted)
    await postBefore(
      slack,
      engine,
      jobs.map((id) => running(id, 0)),
    )
  const { bot } = await startBenchBot(slack, { engine })
  const calls = countCalls(slack)
  const ends = watchEnds(slack)
  const startedAt = performance.now()
  await Promise.all(
    jobs.map(async (id) => {
      await wait(bornAt(id))
      for (let change = 1; change < changesPerJob; change++) {
        engine.setJob(id, running(id, change))
        await wait((endsAt(id) - bornAt(id)) / (changesPerJob - 1))
      }
      engine.setJob(id, ended(id))
    }),
  )
  await slack.until(() => ends.seenAt.size === jobs.length, patienceSeconds)
  const run = runOf(slack, { ends, startedAt, calls })
  await bot.stop()
  await slack.close()
  return run
}

/** As programs that know nothing of limits do it: a post when a job begins, an edit when it ends, through one client. */
async function stock({ posted }: { posted: boolean }): Promise<Run> {
  const slack = await startLimitedSlack()
  const client = stockClient(slack)
  const timestamps = new Map<number, string>()
  const post = async (id: number): Promise<void> => {
    const { ts = '' } = await client.chat.postMessage({ channel, text: stateOf(running(id, 0)) })
    timestamps.set(id, ts)
  }
  if (posted) {
    slack.levers({ budgetScale: 1000 })
    for (const id of jobs) await post(id)
    slack.levers({ budgetScale: 1 })
  }
  const calls = countCalls(slack)
  const ends = watchEnds(slack)
  const startedAt = performance.now()
  const lives = jobs.map(async (id) => {
    await wait(bornAt(id))
    if (!posted) await post(id)
    await wait(Math.max(0, startedAt + endsAt(id) - performance.now()))
    await client.chat.update({ channel, ts: timestamps.get(id) ?? '', text: stateOf(ended(id)) })
  })
  await Promise.race([Promise.all(lives), wait(patienceSeconds * 1000)])
  const run = runOf(slack, { ends, startedAt, calls })
  await slack.close()
  return run
}

function runOf(
  slack: SlackStandIn,
  seen: { ends: ReturnType<typeof watchEnds>; startedAt: number; calls: () => string },
): Run {
  seen.ends.stop()
  const seconds = [...seen.ends.seenAt.values()].map((at) => (at - seen.startedAt) / 1000)
  return {
    ends: seconds.toSorted((one, other) => one - other),
    calls: seen.calls(),
    postedTwice: postedTwice(slack),
  }
}

/** When the ends could be seen at the soonest by somebody who knows the future: no call but those that show an end. */
function soonest(budget: Budget, from: (id: number) => number): number[] {
  let spent: Spent = []
  return jobs.map((id) => {
    const ready = Math.max(from(id), spent.at(-1) ?? 0)
    const at = ready + waitFor(spent, budget, { now: ready, urgent: true })
    spent = spend(spent, budget, at)
    return Math.max(at, endsAt(id)) / 1000
  })
}
