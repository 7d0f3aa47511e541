import type { Status } from '../../../engine/client.ts'
import { joined, lines, say, outside, type Mrkdwn } from '../../texts/mrkdwn.ts'
import { context, header, message, section, type Message } from '../blocks.ts'
import { moment, type CardContext } from '../card-context.ts'
import { incidentLine } from '../incident-card.ts'
import { jobLine } from './jobs.ts'

type Environment = Status['environments'][number]

/** What is live where, what is going on, what is wrong. */
export function statusView(status: Status, c: CardContext): Message {
  const texts = c.texts.ops.status
  const jobs = status.jobs.slice(0, maximumListed).map((job) => jobLine(job, c))
  const incidents = status.incidents.slice(0, maximumListed).map((incident) => incidentLine(incident, c))
  return message(outside(texts.title), [
    header(texts.title),
    ...status.environments
      .slice(0, maximumEnvironments)
      .map((environment) => section(environmentText(environment, c))),
    ...(incidents.length === 0 ? [] : [section(lines([texts.incidents, ...incidents]))]),
    jobs.length === 0 ? context(texts.noJobs) : section(lines([texts.jobs, ...jobs])),
  ])
}

const maximumListed = 10
const maximumEnvironments = 20

/** What runs in an environment, since when, and whether it is well. */
export function environmentText(environment: Environment, c: CardContext): Mrkdwn {
  const texts = c.texts.ops.status
  const version = environment.version === null ? texts.unknownVersion : texts.running(environment.version)
  const facts = joined([
    say`${healthIcons[environment.health]} *${environment.name}* ${version}`,
    // Revision 0 is what ran before Plantão recorded anything.
    ...(environment.revision ? [texts.revision(environment.revision)] : []),
    outside(texts.health[environment.health]),
  ])
  const { freeze, problem } = environment
  return lines([
    facts,
    ...release(environment, c),
    ...(freeze === null ? [] : [texts.frozen(moment(freeze.endsAt, c), freeze.reason)]),
    ...(problem === null ? [] : [say`⚠️ ${problem}`]),
  ])
}

const healthIcons: Record<Environment['health'], string> = { healthy: '🟢', unhealthy: '🔴', unknown: '⚪' }

function release({ releasedAt, releasedBy }: Environment, c: CardContext): Mrkdwn[] {
  if (releasedAt === null) return []
  const when = moment(releasedAt, c)
  const texts = c.texts.ops.status
  return [releasedBy === null ? texts.releasedAt(when) : texts.released(releasedBy, when)]
}
