import type { KnownBlock } from '@slack/web-api'
import type { Incident } from '../../engine/client.ts'
import { labelOf } from '../texts/index.ts'
import { joined, lines, outside, say, type Mrkdwn } from '../texts/mrkdwn.ts'
import { actions, context, message, section, type Message } from './blocks.ts'
import { moment, type CardContext } from './card-context.ts'
import { alertsText } from './incident/alerts.ts'
import { incidentButtons } from './incident/buttons.ts'
import { isOurselves, nameOf } from './incident/names.ts'
import { pagesText } from './incident/pages.ts'
import { jobsText, linksText } from './incident/related.ts'
import { nextStep, stateLines } from './incident/state.ts'

/**
 * The one message of an incident, to be read on a phone at 3 a.m.: how bad, what, where, since when; who has it and
 * who is called next; then what helps to find the cause; and what to press.
 */
export function incidentCard(incident: Incident, c: CardContext): Message {
  const links = linksText(incident, c)
  return message(notification(incident, c), [
    section(lines([incidentLine(incident, c), aboutLine(incident, c)])),
    section(lines(stateLines(incident, c))),
    ...sectionOf(incident.state === 'resolved' ? null : pagesText(incident, c)),
    ...sectionOf(alertsText(incident, c)),
    ...sectionOf(jobsText(incident, c)),
    ...(links === null ? [] : [context(links)]),
    context(nextStep(incident, c)),
    ...incidentButtons(incident, c).flatMap(actions),
  ])
}

/** How bad, which, and what: one line for cards and lists. */
export function incidentLine(
  incident: Pick<Incident, 'id' | 'title' | 'level'> & Partial<Pick<Incident, 'state'>>,
  c: CardContext,
): Mrkdwn {
  const icon = incident.state === 'resolved' ? '✅' : (levelIcons[incident.level] ?? '🚨')
  return say`${icon} ${c.texts.incident.title(incident.id, outside(incident.title, titleLength))}`
}

const levelIcons: Record<number, string> = { 1: '🚨', 2: '🟠', 3: '🟡' }
const titleLength = 350

export const levelName = (level: number, c: CardContext): string =>
  labelOf(c.texts.incident.levels, String(level))

function aboutLine(incident: Incident, c: CardContext): Mrkdwn {
  const texts = c.texts.incident
  const { level, environment, openedAt, declaredBy, isStorm } = incident
  return joined([
    texts.level(levelName(level, c)),
    outside(environment ?? texts.everywhere, 80),
    texts.since(moment(openedAt, c, 'dayAndAgo')),
    ...(isStorm || isOurselves(declaredBy)
      ? []
      : [texts.declaredBy(nameOf(declaredBy, c.texts).slice(0, 80))]),
  ])
}

/** What a locked phone shows. */
function notification(incident: Incident, c: CardContext): Mrkdwn {
  const texts = c.texts.incident
  const { level, environment, state } = incident
  const about = { level: levelName(level, c), environment, state: texts.states[state] }
  return joined([incidentLine(incident, c), texts.notification(about)])
}

const sectionOf = (text: Mrkdwn | null): KnownBlock[] => (text === null ? [] : [section(text)])
