import fc from 'fast-check'
import { expect, test } from 'vitest'
import { validateBlocks } from '../../deploy/sandbox/slack/blocks.ts'
import type { Home } from '../../engine/client.ts'
import type { Locale } from '../asked.ts'
import { accessAnswerCard, accessCard } from '../home/access-cards.ts'
import { approvalCopy } from '../home/approval-copy.ts'
import { homeView } from '../home/home-view.ts'
import { jobEnd } from '../home/job-end.ts'
import { settingsView } from '../home/settings-view.ts'
import { logFile } from '../logs/log-file.ts'
import { logPageView } from '../logs/log-page.ts'
import {
  sampleAccessRequest,
  sampleFreezes,
  sampleHome,
  sampleIncident,
  sampleLocks,
  sampleStatus,
  sampleWho,
} from '../commands/testing/recording-engine.ts'
import { textsFor } from '../texts/index.ts'
import type { Message } from './blocks.ts'
import { incidentCard } from './incident-card.ts'
import { incidentsView } from './incidents.ts'
import { jobsView } from './ops/jobs.ts'
import { locksView } from './ops/locks.ts'
import { statusView } from './ops/status.ts'
import { whoView } from './ops/who.ts'
import { now, sampleJob, settings } from './testing/job-samples.ts'

const hostile = fc.constantFrom(
  '',
  '<!channel> <@U0ADMIN> <https://evil.example|click>',
  '&'.repeat(400),
  '👨‍👩‍👧‍👦'.repeat(60),
  'שלום '.repeat(60),
  'a\nb\n✅ *Approved*',
  '```*_~',
  '\uD800',
  '\u202Eevil',
  'x'.repeat(5000),
)

/** The sample with every text in it replaced; what is read as a moment, a state or a number stays. */
function poisoned<T>(sample: T, text: string): T {
  const kept = ['state', 'kind', 'health', 'decision', 'phase', 'endNotice']
  const poison = (value: unknown, name = ''): unknown => {
    if (typeof value === 'string')
      return kept.includes(name) || /^\d{4}-\d{2}-\d{2}T/.test(value) ? value : text
    if (Array.isArray(value)) return value.map((one) => poison(one))
    if (typeof value !== 'object' || value === null) return value
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, poison(inner, key)]))
  }
  return poison(sample) as T
}

const logLine = (line: string) => ({ id: 1, at: now.toISOString(), step: 'plan', line })

/** A Home on a very bad day. */
const manyOf = (home: Home, count: number): Home => ({
  ...home,
  overview: home.overview && {
    ...home.overview,
    environments: many(home.overview.environments, count),
    incidents: many(home.overview.incidents, count),
    running: many(home.overview.running, count),
    queued: many(home.overview.queued, count),
    waitingForMe: many(home.overview.waitingForMe, count),
    waitingForOthers: many(home.overview.waitingForOthers, count),
    nextFreezes: many(home.overview.nextFreezes, count),
  },
})

const many = <T>(items: readonly T[], count: number): T[] =>
  Array.from({ length: Math.ceil(count / items.length) }, () => items).flat()

test('whatever they are given, and however much, the answers keep every limit and ping nobody', () => {
  fc.assert(
    fc.property(
      hostile,
      fc.constantFrom(1, 60),
      fc.constantFrom<Locale>('pt-BR', 'en'),
      (text, count, locale) => {
        const c = { texts: textsFor(locale), settings, now }
        const { environments, jobs, incidents } = poisoned(sampleStatus, text)
        const who = poisoned(sampleWho, text)
        const incident = poisoned(sampleIncident, text)
        const views: Message[] = [
          statusView(
            {
              environments: many(environments, count),
              jobs: many(jobs, count),
              incidents: many(incidents, count),
            },
            c,
          ),
          jobsView(many(jobs, count), c),
          logPageView(
            sampleJob({ startedAt: now.toISOString() }),
            { lines: many([logLine(text)], count) },
            c,
          ),
          logFile(sampleJob(), many([logLine(text)], count), c),
          approvalCopy(poisoned(sampleJob({ state: 'waiting-approval' }), text), true, c),
          approvalCopy(poisoned(sampleJob({ state: 'cancelled' }), text), false, c),
          jobEnd(poisoned(sampleJob({ state: 'failed', finishedAt: now.toISOString() }), text), c),
          accessCard(poisoned(sampleAccessRequest, text), c),
          accessAnswerCard({ ...poisoned(sampleAccessRequest, text), state: 'granted', role: 'viewer' }, c),
          homeView(manyOf(poisoned(sampleHome, text), count), c),
          homeView({ ...poisoned(sampleHome, text), overview: null, access: 'none' }, c),
          settingsView(sampleHome.settings, c.texts),
          locksView(
            {
              locks: many(poisoned(sampleLocks, text), count),
              freezes: many(poisoned(sampleFreezes, text), count),
            },
            c,
          ),
          whoView(
            {
              ...who,
              roles: many(who.roles, count),
              may: many(who.may, count),
              admins: many(who.admins, count),
            },
            c,
          ),
          incidentCard({ ...incident, timeline: many(incident.timeline, count) }, c),
          incidentsView(many([incident], count), c),
        ]
        for (const view of views) {
          expect(validateBlocks(view.blocks, 'message')).toEqual([])
          expect(markupOf(view)).not.toMatch(/<(?!!date\^|@[A-Z0-9]*>)/)
        }
      },
    ),
    { numRuns: 60 },
  )
})

/** Plain and preformatted text is shown as it is; only markup can hold a mention. */
function markupOf({ text, blocks }: Message): string {
  const found = [text]
  const visit = (value: unknown): void => {
    if (typeof value !== 'object' || value === null) return
    if ('type' in value && value.type === 'mrkdwn' && 'text' in value) found.push(String(value.text))
    Object.values(value).forEach(visit)
  }
  visit(blocks)
  return found.join('\n')
}
