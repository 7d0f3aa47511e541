import type { Incident } from '../../../engine/client.ts'
import { joined, lines, outside, type Mrkdwn } from '../../texts/mrkdwn.ts'
import { moment, type CardContext } from '../card-context.ts'
import { names } from './names.ts'

type Page = Incident['pages'][number]

/** As many as the matrix usually has levels. */
const shownPages = 5

/** Who was called so far and what became of it; null: nobody was. */
export function pagesText(incident: Incident, c: CardContext): Mrkdwn | null {
  const texts = c.texts.incident.pages
  const { pages, escalation } = incident
  const shown = pages.slice(-shownPages)
  if (shown.length === 0) return null
  const round = escalation?.round ?? 1
  const title = joined([
    texts.title,
    ...(escalation === null || round < 2 ? [] : [texts.round(round, escalation.rounds)]),
  ])
  const earlier = pages.length - shown.length
  return lines([
    title,
    ...(earlier === 0 ? [] : [texts.earlier(earlier)]),
    ...shown.map((page) => pageLine(page, c)),
  ])
}

function pageLine(page: Page, c: CardContext): Mrkdwn {
  const texts = c.texts.incident.pages
  const what = joined([
    whatBecame(page, c),
    ...(page.fallbackAt === null || page.confirmedAt !== null ? [] : [texts.inSlack]),
    ...(page.problem === null || page.state !== 'refused' ? [] : [outside(page.problem, 120)]),
  ])
  return texts.line({
    icon: iconOf(page),
    who: page.who.slice(0, 100),
    people: names(page.people.slice(0, 5), c.texts),
    when: moment(page.sentAt ?? page.plannedAt, c, 'time'),
    what,
  })
}

/** 202 is not delivery: what was sent and then had to be told in Slack was not confirmed. */
function whatBecame(page: Page, c: CardContext): Mrkdwn {
  const texts = c.texts.incident.pages
  const isUnproven = page.state === 'accepted' && page.confirmedAt === null && page.fallbackAt !== null
  return isUnproven ? texts.unconfirmed : texts.states[page.state]
}

function iconOf({ state, fallbackAt, confirmedAt }: Page): string {
  if (confirmedAt !== null || state === 'confirmed') return '📳'
  if (state === 'skipped' || state === 'dropped') return '⏭️'
  return state === 'refused' || fallbackAt !== null ? '⚠️' : '📟'
}
