import type { KnownBlock } from '@slack/web-api'
import type { Home } from '../../engine/client.ts'
import { joined, lines, outside, say, type Mrkdwn } from '../texts/mrkdwn.ts'
import { actions, context, divider, header, message, section, type Message } from '../views/blocks.ts'
import { moment, type CardContext } from '../views/card-context.ts'
import { incidentRows } from '../views/incidents.ts'
import { changeLine } from '../views/job/approval.ts'
import { approve, reject } from '../views/job/buttons.ts'
import { titleOf } from '../views/job/title.ts'
import { onCallLine } from '../views/on-call/roster.ts'
import { jobLine } from '../views/ops/jobs.ts'
import { environmentText } from '../views/ops/status.ts'
import { howToGetIn } from './access-cards.ts'
import { settingsBlocks } from './settings-view.ts'

type Overview = NonNullable<Home['overview']>

/** What one person sees when they open the app: what waits for them first. */
export function homeView(home: Home, c: CardContext): Message {
  const { title, settings } = c.texts.home
  const { overview } = home
  const blocks = overview === null ? accessBlocks(home, c) : overviewBlocks(overview, c)
  return message(outside(title(c.settings.product)), [
    header(title(c.settings.product)),
    ...blocks,
    ...(home.access === 'granted'
      ? [divider(), header(settings.title), ...settingsBlocks(home.settings, c.texts)]
      : []),
  ])
}

function accessBlocks({ access }: Home, c: CardContext): KnownBlock[] {
  const texts = c.texts.home.access
  if (access === 'granted') return [section(texts.notAllowed)]
  return access === 'asked' ? [section(texts.asked)] : howToGetIn(texts.how, c).blocks
}

function overviewBlocks(overview: Overview, c: CardContext): KnownBlock[] {
  const texts = c.texts.home
  const work = [...overview.running, ...overview.queued, ...overview.waitingForOthers]
  return [
    context(texts.drawn(moment(c.now.toISOString(), c, 'time'))),
    ...(overview.incidents.length === 0
      ? []
      : [header(texts.incidents), ...incidentRows(overview.incidents, maximumIncidents, c)]),
    ...waitingBlocks(overview.waitingForMe, c),
    ...(overview.onCall.length === 0
      ? []
      : [
          header(c.texts.onCall.title),
          section(lines(overview.onCall.slice(0, maximumRotations).map((one) => onCallLine(one, c)))),
        ]),
    header(texts.environments),
    ...overview.environments.slice(0, maximumEnvironments).map((one) => section(environmentLines(one, c))),
    header(texts.work),
    section(
      work.length === 0
        ? texts.noWork
        : lines(
            shortened(
              work.map((job) => jobLine(job, c)),
              maximumJobs,
              c,
            ),
          ),
    ),
    header(texts.windows),
    section(lines(windowLines(overview, c))),
  ]
}

const maximumWaiting = 5
const maximumIncidents = 8
const maximumEnvironments = 10
const maximumRotations = 5
const maximumJobs = 12
const maximumWindows = 5

/** Each with its own buttons: the decision is made here. */
function waitingBlocks(waiting: Overview['waitingForMe'], c: CardContext): KnownBlock[] {
  const texts = c.texts.home
  if (waiting.length === 0) return [section(texts.noneWaiting)]
  const shown = waiting.slice(0, maximumWaiting)
  const rest = waiting.length - shown.length
  return [
    header(texts.waitingForMe),
    ...shown.flatMap((job) => [
      section(
        lines([
          say`✋ *${titleOf(job, c.texts).slice(0, 250)}* #${job.id}`,
          ...(job.change === null ? [] : [changeLine(job.change, c)]),
          texts.askedBy(job.requestedBy.name, moment(job.createdAt, c)),
        ]),
      ),
      ...actions([approve(job, c), reject(job, c)]),
    ]),
    ...(rest === 0 ? [] : [context(texts.more(rest))]),
  ]
}

function environmentLines(environment: Overview['environments'][number], c: CardContext): Mrkdwn {
  // Of a release the line of the environment itself says who and when.
  const isTold = environment.releasedAt !== null && environment.lastChange?.kind !== 'restore'
  const lastChange = isTold ? null : environment.lastChange
  return lines([
    environmentText(environment, c),
    ...(lastChange === null
      ? []
      : [
          c.texts.home.lastChange({
            id: lastChange.jobId,
            kind: lastChange.kind,
            name: lastChange.by.name,
            when: moment(lastChange.at, c),
          }),
        ]),
  ])
}

function windowLines({ environments, nextFreezes, maintenance }: Overview, c: CardContext): Mrkdwn[] {
  const texts = c.texts.home
  const now = environments.flatMap(({ freeze }) => freeze ?? [])
  const present = now.slice(0, maximumWindows).map((freeze) =>
    c.texts.ops.locks.freeze({
      environment: freeze.environment,
      from: null,
      until: moment(freeze.endsAt, c),
      reason: freeze.reason,
    }),
  )
  const coming = nextFreezes
    .slice(0, maximumWindows)
    .map(({ name, environment, startsAt, endsAt }) =>
      texts.nextFreeze({ name, environment, from: moment(startsAt, c), until: moment(endsAt, c) }),
    )
  const { active, startsAt, endsAt } = maintenance
  return [
    ...present,
    ...(coming.length === 0 ? [texts.noFreeze] : coming),
    active
      ? texts.maintenance.now(moment(endsAt, c))
      : texts.maintenance.next(moment(startsAt, c), moment(endsAt, c)),
  ]
}

function shortened(items: readonly Mrkdwn[], maximum: number, c: CardContext): Mrkdwn[] {
  const rest = items.length - maximum
  return rest <= 0 ? [...items] : [...items.slice(0, maximum), joined([c.texts.home.more(rest)])]
}
