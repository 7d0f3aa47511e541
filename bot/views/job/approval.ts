import type { KnownBlock } from '@slack/web-api'
import type { Job } from '../../../engine/client.ts'
import { anyOf, bytes, list, number } from '../../texts/formats.ts'
import { labelOf } from '../../texts/index.ts'
import { joined, lines, say, outside, type Mrkdwn } from '../../texts/mrkdwn.ts'
import { context, section } from '../blocks.ts'
import { moment, type CardContext } from '../card-context.ts'

type Approval = NonNullable<Job['approval']>
type Change = NonNullable<Job['change']>

/** More would hide the buttons on a phone. */
const maximumDetails = 8

/** What is to be decided: what changes, who may say so, who has, and until when. */
export function approvalBlocks(job: Job, c: CardContext): KnownBlock[] {
  if (job.state !== 'waiting-approval' || !job.approval) return []
  const { approval } = c.texts.job
  const change =
    job.change === null ? [approval.planning] : [changeLine(job.change, c), ...detailLines(job.change, c)]
  return [
    section(lines([approval.waiting, ...change])),
    context(joined(terms(job.approval, c))),
    ...(job.approval.votes.length === 0 ? [] : [context(...voteLines(job.approval, c))]),
  ]
}

/** "v1.3.0 → v1.4.0" */
export function changeLine(change: Change, c: CardContext): Mrkdwn {
  const from = change.from === null ? c.texts.job.from.nothing : outside(change.from)
  return say`${from} → *${change.to}*`
}

/** How it came that the job could go on, for a job that has: names of those who approved, or the broken glass. */
export function decisionLines(job: Job, c: CardContext): Mrkdwn[] {
  const votes = job.approval?.votes ?? []
  const approvers = votes.filter(({ decision }) => decision === 'approve').map(({ person }) => person.name)
  const broken = voteLines({ votes: votes.filter(({ decision }) => decision === 'break-glass') }, c)
  return [
    ...(approvers.length === 0 ? [] : [c.texts.job.approvedBy(list(approvers, c.texts.locale))]),
    ...broken,
  ]
}

export function detailLines(change: Change, c: CardContext): Mrkdwn[] {
  return change.details
    .slice(0, maximumDetails)
    .map(({ name, value }) => say`• ${labelOf(c.texts.job.details, name)}: ${detailValue(name, value, c)}`)
}

/** The engine writes values for machines: ISO times, bytes, plain numbers. */
function detailValue(name: string, value: string, c: CardContext): Mrkdwn {
  const amount = /^\d{1,15}$/.test(value) ? Number(value) : null
  if (moments.includes(name) && !Number.isNaN(Date.parse(value))) return moment(value, c)
  if (name === 'bytes' && amount !== null) return outside(bytes(amount, c.texts.locale))
  if (name === 'rows' && amount !== null) return outside(number(amount, c.texts.locale))
  return outside(value, 200)
}

const moments = ['takenAt', 'releasedAt']

function terms(approval: Approval, c: CardContext): Mrkdwn[] {
  const texts = c.texts.job.approval
  const given = approval.votes.filter(({ decision }) => decision === 'approve').length
  const votes = texts.votes(given, approval.quorum)
  const roles = approval.roles.map((role) => labelOf(c.texts.job.roles, role))
  return [
    ...(votes === null ? [] : [votes]),
    texts.whoMay(anyOf(roles, c.texts.locale)),
    texts.expires(moment(approval.expiresAt, c, 'time')),
  ]
}

function voteLines({ votes }: Pick<Approval, 'votes'>, c: CardContext): Mrkdwn[] {
  const texts = c.texts.job.approval
  return votes.map(({ person, decision, reason }) => {
    switch (decision) {
      case 'approve':
        return texts.approved(person.name)
      case 'reject':
        return texts.rejected(person.name, reason ?? '')
      case 'break-glass':
        return texts.brokeGlass(person.name, reason ?? '')
    }
  })
}
