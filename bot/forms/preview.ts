import type { KnownBlock } from '@slack/web-api'
import { EngineRefused, EngineUnavailable, type NewPlan, type Plan } from '../../engine/client.ts'
import { anyOf } from '../texts/formats.ts'
import { labelOf } from '../texts/index.ts'
import { lines } from '../texts/mrkdwn.ts'
import { explain, explainFailure } from '../texts/problems.ts'
import { context, divider, section } from '../views/blocks.ts'
import { moment, type CardContext } from '../views/card-context.ts'
import { changeLine, detailLines } from '../views/job/approval.ts'
import type { FormDeps } from './form.ts'

/** What is known of what would happen: nothing was chosen yet, it is being found out, or how that ended. */
export type Preview =
  | { kind: 'nothing' }
  | { kind: 'looking' }
  | { kind: 'found'; plan: Plan }
  | { kind: 'refused'; error: EngineRefused }
  | { kind: 'unknown' }

/** Looks at what a job would do. Never throws for the engine's no or its silence: a form is still a form. */
export async function lookAhead(plan: NewPlan, { engine }: Pick<FormDeps, 'engine'>): Promise<Preview> {
  try {
    return { kind: 'found', plan: await engine.plan(plan) }
  } catch (error) {
    if (error instanceof EngineRefused) return { kind: 'refused', error }
    if (error instanceof EngineUnavailable) return { kind: 'unknown' }
    throw error
  }
}

/** What would change and what stands in its way, for the person who is about to ask for it. */
export function previewBlocks(preview: Preview, c: CardContext): KnownBlock[] {
  const texts = c.texts.forms.preview
  switch (preview.kind) {
    case 'nothing':
      return []
    case 'looking':
      return [divider(), section(texts.looking)]
    case 'unknown':
      return [divider(), section(texts.unknown)]
    case 'refused':
      return [divider(), section(texts.refused({ mrkdwn: explain(preview.error, c) }))]
    case 'found':
      return [divider(), ...planBlocks(preview.plan, c)]
  }
}

function planBlocks(plan: Plan, c: CardContext): KnownBlock[] {
  const texts = c.texts.forms.preview
  const change =
    plan.change === null
      ? [plan.problem === null ? texts.unknown : texts.problem(explainFailure(plan.problem, c))]
      : [texts.willChange, changeLine(plan.change, c), ...detailLines(plan.change, c)]
  return [
    section(lines(change)),
    ...freezeBlocks(plan, c),
    ...queueBlocks(plan, c),
    ...approvalBlocks(plan, c),
  ]
}

function freezeBlocks({ freeze, mayOverride }: Plan, c: CardContext): KnownBlock[] {
  if (freeze === null) return []
  const texts = c.texts.forms.preview
  const frozen = texts.frozen(freeze.environment, moment(freeze.endsAt, c), freeze.reason)
  return [section(lines([frozen, mayOverride ? texts.mayOverride : texts.mayNotOverride]))]
}

function queueBlocks({ ahead }: Plan, c: CardContext): KnownBlock[] {
  const [holder] = ahead
  if (holder === undefined) return []
  const { jobId, kind, requestedBy, since } = holder
  return [
    section(
      c.texts.forms.preview.waits({
        jobId,
        kind,
        who: requestedBy.name,
        since: moment(since, c),
        others: ahead.length - 1,
      }),
    ),
  ]
}

function approvalBlocks({ approval }: Plan, c: CardContext): KnownBlock[] {
  if (approval === null) return []
  const roles = approval.roles.map((role) => labelOf(c.texts.job.roles, role))
  return [context(c.texts.forms.preview.approval(approval.quorum, anyOf(roles, c.texts.locale)))]
}
