import type { z } from 'zod'
import { stepByHand, nextStep } from '../../alerts/escalation.ts'
import { isReachable, reachesOf } from '../../alerts/plan.ts'
import { EscalationPolicy } from '../../alerts/policy.ts'
import { subjectRevision } from '../../db/announcements.ts'
import { findEscalation, type EscalationRow } from '../../db/escalations.ts'
import {
  alertCountsOfIncident,
  alertsOfIncident,
  changingKinds,
  jobsOfIncident,
  type AlertOfIncident,
  type JobOfIncident,
} from '../../db/incident-details.ts'
import { findIncident, incidentSubject, incidentTimeline, type IncidentRow } from '../../db/incidents.ts'
import { pagesOf, type PageRow } from '../../db/pages.ts'
import type { EngineContext } from '../context.ts'
import { Refusal } from '../failures.ts'
import { linksOfIncident } from '../incident-links.ts'
import { personRef } from '../people.ts'
import type * as schemas from './incident-schemas.ts'

type View = z.output<typeof schemas.IncidentView>
type ViewContext = Pick<EngineContext, 'pool' | 'runbook' | 'alerting'>

const alertsShown = 100
const jobsShown = 10
const kindsShown = 50

/** What the list of incidents shows of one. */
export function incidentSummary(
  context: Pick<EngineContext, 'runbook'>,
  incident: IncidentRow,
): z.output<typeof schemas.IncidentSummary> {
  const person = (actor: string | null) => (actor === null ? null : personRef(context.runbook, actor))
  return {
    id: incident.id,
    title: incident.title,
    rule: incident.rule,
    level: incident.level,
    environment: incident.environment,
    state: incident.state,
    isStorm: incident.isStorm,
    owner: person(incident.owner),
    channel: incident.channel,
    openedAt: incident.openedAt.toISOString(),
    acknowledgedAt: iso(incident.acknowledgedAt),
    acknowledgedBy: person(incident.acknowledgedBy),
    resolvedAt: iso(incident.resolvedAt),
  }
}

/**
 * Everything an incident's message shows. The revision is read first: what is shown may be newer than it says, never
 * older, so a message that records it is never taken for fresher than it is.
 */
export async function incidentView(context: ViewContext, id: number): Promise<View> {
  const { pool, runbook } = context
  const revision = await subjectRevision(pool, incidentSubject(id))
  const incident = await findIncident(pool, id)
  if (!incident) throw new Refusal('not-found', { incidentId: id }, `There is no incident ${id}.`)
  const [alerts, alertCounts, pages, events, jobs, escalation] = await Promise.all([
    alertsOfIncident(pool, id, alertsShown),
    alertCountsOfIncident(pool, id, kindsShown),
    pagesOf(pool, [id]),
    incidentTimeline(pool, id),
    jobsOfIncident(pool, incident, { kinds: changingKinds, limit: jobsShown }),
    findEscalation(pool, id),
  ])
  const person = (actor: string | null) => (actor === null ? null : personRef(runbook, actor))
  const policy = escalation ? EscalationPolicy.parse(escalation.policy) : null
  const calls = pages
    .filter(({ action, route }) => action === 'trigger' && route === 'main')
    .map((page) => pageView(context, page, policy))
  return {
    ...incidentSummary(context, incident),
    revision,
    isFlapping: incident.isFlapping,
    declaredBy: personRef(runbook, incident.declaredBy),
    commander: person(incident.commander),
    scribe: person(incident.scribe),
    resolvedBy: person(incident.resolvedBy),
    resolution: incident.resolution,
    alerts: alerts.map(alertView),
    alertCounts,
    pages: calls,
    escalation: escalation && policy ? await escalationView(context, escalation, policy) : null,
    isUnconfirmed: pages.some(isUnconfirmed),
    isStillRinging: pages.some((page) => isStillRinging(page, incident)),
    links: linksOfIncident(context.alerting, incident),
    jobs: jobs.map((job) => jobView(context, job)),
    timeline: timelineOf(context, events, calls),
  }
}

/** A job that ran while there was an incident. */
export function jobView(
  { runbook }: Pick<EngineContext, 'runbook'>,
  { requestedBy, startedAt, ...job }: JobOfIncident,
): View['jobs'][number] {
  return { ...job, by: personRef(runbook, requestedBy), at: startedAt.toISOString() }
}

function timelineOf(
  context: ViewContext,
  events: Awaited<ReturnType<typeof incidentTimeline>>,
  pages: View['pages'],
): View['timeline'] {
  const said = events.map(({ at, actor, ...event }) => ({
    ...event,
    at: at.toISOString(),
    actor: personRef(context.runbook, actor),
  }))
  const called = pages
    .filter(({ state, sentAt }) => state !== 'dropped' || sentAt !== null)
    .map(({ id, round, level, who, people, state, plannedAt }) => ({
      at: plannedAt,
      actor: personRef(context.runbook, 'plantao'),
      kind: state === 'skipped' ? 'skipped' : 'paged',
      details: { pageId: id, round, level, who, people: people.map(({ name }) => name), state },
    }))
  return [...said, ...called].toSorted((one, other) => one.at.localeCompare(other.at))
}

async function escalationView(
  context: ViewContext,
  escalation: EscalationRow,
  policy: EscalationPolicy,
): Promise<NonNullable<View['escalation']>> {
  const { round, lastRound, level, dueAt, isExhausted } = escalation
  const reaches = await reachesOf(policy, context.alerting)
  const from = { level, isLastRound: round >= lastRound }
  const whoOf = (one: number): string => policy.steps.find((step) => step.level === one)?.who ?? String(one)
  const next = nextStep(policy, from, isReachable(reaches)).paged
  const byHand = stepByHand(policy, from, isReachable(reaches)).paged
  const roundOf = (turn: { isNewRound: boolean }): number => round + (turn.isNewRound ? 1 : 0)
  return {
    round,
    rounds: Math.max(lastRound, policy.rounds),
    level,
    next:
      next && dueAt
        ? { round: roundOf(next), level: next.level, who: whoOf(next.level), at: dueAt.toISOString() }
        : null,
    byHand: byHand && {
      round: roundOf(byHand),
      level: byHand.level,
      who: whoOf(byHand.level),
      people: (reaches.get(byHand.level)?.people ?? []).map((one) => personRef(context.runbook, one)),
    },
    isExhausted,
  }
}

const pageView = (
  context: ViewContext,
  page: PageRow,
  policy: EscalationPolicy | null,
): View['pages'][number] => ({
  id: page.id,
  round: page.round,
  level: page.level,
  who: policy?.steps.find(({ level }) => level === page.level)?.who ?? String(page.level),
  people: page.targets.map((target) => personRef(context.runbook, target)),
  dedupKey: page.dedupKey,
  state: page.state,
  plannedAt: page.plannedAt.toISOString(),
  sentAt: iso(page.sentAt),
  confirmedAt: iso(page.confirmedAt),
  fallbackAt: iso(page.fallbackAt),
  problem: page.problem,
})

/** PagerDuty took it, and did not say in time that it rang. */
const isUnconfirmed = ({ action, state, fallbackAt }: PageRow): boolean =>
  action === 'trigger' && state === 'accepted' && fallbackAt !== null

/** What was acknowledged and is open again may ring. */
const isStillRinging = ({ action, stillRingsAt }: PageRow, { state }: IncidentRow): boolean =>
  stillRingsAt !== null && state === (action === 'resolve' ? 'resolved' : 'acknowledged')

const alertView = ({ startsAt, resolvedAt, ...alert }: AlertOfIncident): View['alerts'][number] => ({
  ...alert,
  startsAt: startsAt.toISOString(),
  resolvedAt: iso(resolvedAt),
})

const iso = (time: Date | null): string | null => time?.toISOString() ?? null
