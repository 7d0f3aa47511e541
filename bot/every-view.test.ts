// Whatever is shown, of whatever there is, in both languages: within Slack's limits, and nobody is notified.
import { readdir, readFile } from 'node:fs/promises'
import type { ModalView } from '@slack/web-api'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { validateBlocks } from '../deploy/sandbox/slack/blocks.ts'
import { notifiesEverybody } from '../deploy/sandbox/slack/broadcasts.ts'
import { validateView } from '../deploy/sandbox/slack/views.ts'
import type { Job } from '../engine/client.ts'
import type { Locale } from './asked.ts'
import {
  sampleAccessRequest,
  sampleFreezes,
  sampleHome,
  sampleIncident,
  sampleLocks,
  sampleStatus,
  sampleWho,
} from './commands/testing/recording-engine.ts'
import { loadingScreen, notAllowedScreen, nothingToDoScreen, troubleScreen } from './forms/screens.ts'
import { accessAnswerCard, accessCard, howToGetIn } from './home/access-cards.ts'
import { approvalCopy } from './home/approval-copy.ts'
import { homeView } from './home/home-view.ts'
import { jobEnd } from './home/job-end.ts'
import { settingsView } from './home/settings-view.ts'
import { answerScreen } from './listening/answer-screen.ts'
import { followedLog } from './logs/followed-log.ts'
import { logFile } from './logs/log-file.ts'
import { logPageView } from './logs/log-page.ts'
import { reasonForm } from './modals/reason-form.ts'
import { textsFor } from './texts/index.ts'
import { outside } from './texts/mrkdwn.ts'
import type { Message } from './views/blocks.ts'
import type { CardContext } from './views/card-context.ts'
import { diagnoseView, guideView, Topic } from './views/guide.ts'
import { helpView } from './views/help.ts'
import { incidentCard } from './views/incident-card.ts'
import { eventSentence, type IncidentEvent } from './views/incident/events.ts'
import { postmortemFile } from './views/incident/postmortem.ts'
import { silencesView } from './views/incident/silences.ts'
import { statsView } from './views/incident/stats.ts'
import { eventReply, fallbackDirect, fallbackMention, pageReply } from './views/incident/thread.ts'
import { timelineView } from './views/incident/timeline.ts'
import { incidentsView } from './views/incidents.ts'
import { jobCard } from './views/job-card.ts'
import { detailsView } from './views/job/details.ts'
import { noticeView } from './views/on-call/notice.ts'
import { rosterView } from './views/on-call/roster.ts'
import { jobsView } from './views/ops/jobs.ts'
import { locksView } from './views/ops/locks.ts'
import { statusView } from './views/ops/status.ts'
import { whoView } from './views/ops/who.ts'
import {
  incidentSamples,
  page,
  sampleSilence,
  sampleStats,
  summaryOf,
} from './views/testing/incident-samples.ts'
import { jobSamples, now, settings } from './views/testing/job-samples.ts'
import { sampleGap, sampleHandOver, sampleOnCall } from './views/testing/on-call-samples.ts'

const hostile = fc.oneof(
  fc.constantFrom(
    '',
    '<!channel> <!here> <!everyone|all> <@U0ADMIN> <https://evil.example|click>',
    'n'.repeat(300),
    '&'.repeat(400),
    '👨‍👩‍👧‍👦'.repeat(60),
    'שלום '.repeat(60),
    'a\nb\n✅ *Approved*',
    '```*_~',
    '\uD800',
    '\u202Eevil',
    'x'.repeat(20_000),
  ),
  fc.string({ unit: 'binary', maxLength: 300 }),
)
const locales = fc.constantFrom<Locale>('pt-BR', 'en')

test('every view keeps every limit and notifies nobody, whatever there is to show and however much', () => {
  fc.assert(
    fc.property(hostile, fc.constantFrom(1, 70), locales, (text, count, locale) => {
      const c: CardContext = { texts: textsFor(locale), settings, now }
      for (const [name, draw] of Object.entries(messages)) {
        const { text: said, blocks } = draw(c, { text, count })
        expect({ [name]: validateBlocks(blocks, name === 'homeView' ? 'home' : 'message') }).toEqual({
          [name]: [],
        })
        expect(said.length).toBeLessThanOrEqual(4000)
        expect({ [name]: quiet(name, { text: said, blocks }) }).toEqual({ [name]: true })
      }
      for (const [name, draw] of Object.entries(modals)) {
        const view = draw(c, text)
        expect({ [name]: validateView(view) }).toEqual({ [name]: [] })
        expect({ [name]: quiet(name, { text: '', blocks: view.blocks }) }).toEqual({ [name]: true })
      }
    }),
    { numRuns: 40 },
  )
})

test.each(['pt-BR', 'en'] as const)('every card of every job there can be, in %s', (locale) => {
  const c: CardContext = { texts: textsFor(locale), settings, now }
  for (const job of Object.values(jobSamples)) {
    const drawn = [jobCard(job, c), jobEnd(job, c), approvalCopy(job, true, c), approvalCopy(job, false, c)]
    for (const { blocks } of drawn) expect(validateBlocks(blocks, 'message')).toEqual([])
  }
})

test.each(['pt-BR', 'en'] as const)('every card of every incident there can be, in %s', (locale) => {
  const c: CardContext = { texts: textsFor(locale), settings, now }
  for (const [name, incident] of Object.entries(incidentSamples)) {
    const drawn = [incidentCard(incident, c), fallbackDirect(incident, c)]
    for (const { blocks } of drawn)
      expect({ [name]: validateBlocks(blocks, 'message') }).toEqual({ [name]: [] })
  }
})

test.each(['pt-BR', 'en'] as const)('there are words for every kind of event, in %s', (locale) => {
  const c: CardContext = { texts: textsFor(locale), settings, now }
  const { timeline } = everythingHappened({ text: 'x', count: 1 })
  const unnamed = timeline.filter(({ actor, kind, ...event }) =>
    eventSentence({ ...event, actor, kind }, c).mrkdwn.startsWith(
      c.texts.incident.events.other(actor.name, kind).mrkdwn,
    ),
  )
  expect(unnamed.map(({ kind }) => kind)).toEqual(['unheard-of'])
})

test('no view is left out of these tests', async () => {
  const tests = [new URL(import.meta.url), new URL('forms/limits.test.ts', import.meta.url)]
  const checked = (await Promise.all(tests.map(async (file) => await readFile(file, 'utf8')))).join('\n')
  expect((await viewNames()).filter((name) => !checked.includes(`${name}(`))).toEqual([])
})

/** Parts of views, which are seen in their wholes. */
const parts = ['message', 'form', 'formScreen']

/** Every exported function of the bot that makes a message or a modal. */
async function viewNames(): Promise<string[]> {
  const files = await readdir(new URL('.', import.meta.url), { recursive: true })
  const sources = files.filter((name) => name.endsWith('.ts') && !/test|testing/.test(name))
  const texts = await Promise.all(
    sources.map(async (name) => await readFile(new URL(name, import.meta.url), 'utf8')),
  )
  const made = /^export (?:async )?function (\w+)\((?:(?!\n\}\n)[^])*?\): (?:Message|ModalView)\b/gm
  return texts
    .flatMap((text) => [...text.matchAll(made)].map(([, name = '']) => name))
    .filter((name) => !parts.includes(name))
}

/** Every kind of event there is (alerts/, db/), and one of a later version. */
const eventKinds = `
  opened declared alert-joined upgraded acknowledged unacknowledged escalated resolved assigned
  note role channel silenced flapping still-firing exhausted still-working pagerduty-reopened
  pagerduty-escalated pagerduty-closed unowned-reminder page-problem fallback still-rings break-glass paged
  skipped unheard-of`
  .trim()
  .split(/\s+/)

interface Given {
  text: string
  count: number
}

const poisonedJob = ({ text, count }: Given) =>
  poisoned({ ...jobSamples['failed, undone'], logTail: many(['line'], count) } as Job, text)

/** An incident to which everything has happened that can, and what nobody has heard of. */
const everythingHappened = ({ text, count }: Given) => {
  const names = 'title from to reason level text role person channel minutes problem who'.split(' ')
  const hostileDetails = {
    ...Object.fromEntries(names.map((name) => [name, text])),
    count,
    people: many([text], count),
  }
  const timeline = eventKinds.map((kind, id) => ({
    id,
    at: now.toISOString(),
    kind,
    actor: { slack: text, name: text },
    details: hostileDetails,
  }))
  return { ...poisoned(sampleIncident, text), timeline: many(timeline, count) }
}

const logLines = ({ text, count }: Given) =>
  many([text], count).map((line, id) => ({ id, line, at: now.toISOString(), step: text }))

const messages: Record<string, (c: CardContext, given: Given) => Message> = {
  jobCard: (c, given) => jobCard(poisonedJob(given), c),
  jobEnd: (c, given) => jobEnd(poisonedJob(given), c),
  approvalCopy: (c, given) => approvalCopy(poisonedJob(given), true, c),
  approvalCopyOver: (c, given) => approvalCopy(poisonedJob(given), false, c),
  detailsView: (c, given) => detailsView(poisonedJob(given), c),
  logPageView: (c, given) => logPageView(poisonedJob(given), { lines: logLines(given) }, c),
  followedLog: (c, given) => followedLog(poisonedJob(given), { attempt: 1, lines: logLines(given) }, c),
  followedLogOfAnother: (c, given) => followedLog(poisonedJob(given), { attempt: 9, lines: [] }, c),
  logPageFollowed: (c, given) =>
    logPageView(poisonedJob(given), { lines: logLines(given), note: outside(given.text) }, c),
  logFile: (c, given) => logFile(poisonedJob(given), logLines(given), c),
  homeView: (c, { text, count }) => homeView(stretched(poisoned(sampleHome, text), count), c),
  settingsView: (c) => settingsView({ directMessages: false, endNotice: 'never' }, c.texts),
  accessCard: (c, { text }) => accessCard(poisoned(sampleAccessRequest, text), c),
  accessAnswerCard: (c, { text }) =>
    accessAnswerCard({ ...poisoned(sampleAccessRequest, text), state: 'granted' }, c),
  howToGetIn: (c, { text }) => howToGetIn(outside(text), c),
  statusView: (c, { text, count }) => statusView(stretched(poisoned(sampleStatus, text), count), c),
  jobsView: (c, { text, count }) => jobsView(many(poisoned(sampleStatus, text).jobs, count), c),
  locksView: (c, { text, count }) =>
    locksView(stretched(poisoned({ locks: sampleLocks, freezes: sampleFreezes }, text), count), c),
  rosterView: (c, { text, count }) => rosterView(stretched(poisoned(sampleOnCall, text), count), c),
  noticeView: (c, { text, count }) => noticeView(stretched(poisoned(sampleHandOver, text), count), c),
  noticeViewOfGap: (c, { text }) => noticeView(poisoned(sampleGap, text), c),
  noticeViewOfFilledGap: (c, { text }) =>
    noticeView({ ...poisoned(sampleGap, text), coveredBy: { slack: text, name: text } }, c),
  whoView: (c, { text, count }) => whoView(stretched(poisoned(sampleWho, text), count), c),
  incidentCard: (c, { text, count }) => incidentCard(stretched(poisoned(sampleIncident, text), count), c),
  incidentCardOfStorm: (c, { text, count }) =>
    incidentCard(stretched(poisoned(incidentSamples.storm, text), count), c),
  incidentCardOver: (c, { text, count }) =>
    incidentCard(stretched(poisoned(incidentSamples.resolved, text), count), c),
  incidentsView: (c, { text, count }) =>
    incidentsView(many([summaryOf(poisoned(sampleIncident, text))], count), c),
  timelineView: (c, given) => timelineView(everythingHappened(given), 1, c),
  statsView: (c, { text, count }) => statsView(stretched(poisoned(sampleStats, text), count), c),
  silencesView: (c, { text, count }) =>
    silencesView(many([stretched(poisoned(sampleSilence, text), count)], count), c),
  pageReply: (c, { text, count }) =>
    pageReply({ ...page(1, {}), who: text, people: many([{ slack: text, name: text }], count) }, c),
  fallbackMention: (c, { text, count }) =>
    fallbackMention(
      { incident: poisoned(sampleIncident, text), pageId: 1, people: many([text, 'U0OPERATOR'], count) },
      c,
    ),
  fallbackDirect: (c, { text, count }) => fallbackDirect(stretched(poisoned(sampleIncident, text), count), c),
  postmortemFile: (c, { text }) => postmortemFile({ incidentId: 7, markdown: text }, c),
  ...Object.fromEntries(
    eventKinds.map((kind) => [
      `eventReply of ${kind}`,
      (c: CardContext, given: Given) => {
        const incident = everythingHappened(given)
        const event = incident.timeline.find((one) => one.kind === kind) as IncidentEvent
        return eventReply({ incident, event, people: many(['U0OPERATOR', given.text], given.count) }, c)
      },
    ]),
  ),
  ...Object.fromEntries(
    Topic.options.map((topic) => [`guideView ${topic}`, (c: CardContext) => guideView(c.texts, topic)]),
  ),
  diagnoseView: (c) => diagnoseView(c.texts),
  helpView: (c) => helpView('ops', c.texts),
}

const modals: Record<string, (c: CardContext, text: string) => ModalView> = {
  reject: (c) => reasonForm('reject', { jobId: 42, channel: 'C0OPSALERTS' }, c.texts),
  breakGlass: (c) => reasonForm('breakGlass', { jobId: 42, channel: 'C0OPSALERTS' }, c.texts),
  loading: (c, text) => loadingScreen('deploy', { environment: text.slice(0, 300) }, c.texts.locale),
  trouble: (c, text) =>
    troubleScreen('deploy', { memory: {}, locale: c.texts.locale, sentence: outside(text) }),
  nothingToDo: (c, text) =>
    nothingToDoScreen('note', { memory: {}, texts: c.texts, sentence: outside(text) }),
  answerScreen: (_, text) => answerScreen({ text: outside(text).mrkdwn }, 'Deploy', 'Fechar'),
  notAllowed: (c, text) =>
    notAllowedScreen('deploy', {
      memory: {},
      texts: c.texts,
      rights: {
        allowed: false,
        known: text.length > 9,
        environments: [],
        guarded: [],
        admins: many([text], 30),
      },
    }),
}

/** Those who are meant to be told are mentioned; nobody else is, least of all everybody. */
function quiet(name: string, shown: Pick<Message, 'text'> & { blocks: ModalView['blocks'] }): boolean {
  const blocks = shown.blocks.map((block) => ({ ...block }))
  if (notifiesEverybody({ text: shown.text, blocks })) return false
  return (
    ['jobEnd', 'accessCard'].includes(name) ||
    !JSON.stringify(blocks).includes('<@U0ADMIN>') ||
    isPlain(blocks)
  )
}

/** Plain and preformatted text is shown as it is. */
function isPlain(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return true
  if ('type' in value && value.type === 'mrkdwn' && 'text' in value)
    return !String(value.text).includes('<@U0ADMIN>')
  return Object.values(value).every(isPlain)
}

/** The sample with every text in it replaced; what is read as a moment, a state or a number stays. */
function poisoned<Sample>(sample: Sample, text: string): Sample {
  const kept = ['state', 'kind', 'source', 'health', 'decision', 'phase', 'access', 'endNotice', 'role']
  const poison = (value: unknown, name = ''): unknown => {
    if (typeof value === 'string')
      return kept.includes(name) || /^\d{4}-\d{2}-\d{2}T/.test(value) ? value : text
    if (Array.isArray(value)) return value.map((one) => poison(one))
    if (typeof value !== 'object' || value === null) return value
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, poison(inner, key)]))
  }
  return poison(sample) as Sample
}

/** The sample with every list in it so long. */
function stretched<Sample>(sample: Sample, count: number): Sample {
  const stretch = (value: unknown): unknown => {
    if (Array.isArray(value)) return many(value, count)
    if (typeof value !== 'object' || value === null) return value
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, stretch(inner)]))
  }
  return stretch(sample) as Sample
}

function many<Item>(items: readonly Item[], count: number): Item[] {
  if (items.length === 0) return []
  return Array.from({ length: Math.ceil(count / items.length) }, () => items).flat()
}
