import type { AccessRequest } from '../../engine/client.ts'
import { labelOf } from '../texts/index.ts'
import { mention, type Mrkdwn } from '../texts/mrkdwn.ts'
import { actions, button, context, message, section, type Message } from '../views/blocks.ts'
import { moment, type CardContext } from '../views/card-context.ts'

/** Somebody asks to be let in: for an admin, who decides here; afterwards one line. */
export function accessCard(request: AccessRequest, c: CardContext): Message {
  const texts = c.texts.home.access
  const by = request.decidedBy?.name ?? ''
  if (request.state === 'refused') return oneLine(texts.refused(by, request.name))
  if (request.state === 'granted')
    return oneLine(
      texts.granted({ by, name: request.name, role: roleOf(request, c), until: untilOf(request, c) }),
    )
  const who = { name: request.name, mention: mention(request.slack), when: moment(request.askedAt, c) }
  return message(texts.request(who), [
    section(texts.request(who)),
    context(texts.scope),
    ...actions(decisions(request, c)),
  ])
}

/** What came of it, for the one who asked. */
export function accessAnswerCard(request: AccessRequest, c: CardContext): Message {
  const texts = c.texts.home.access
  return oneLine(
    request.state === 'granted'
      ? texts.youAre(roleOf(request, c), untilOf(request, c))
      : texts.youAreNot(request.decidedBy?.name ?? ''),
  )
}

/** For somebody who is not known yet. */
export function howToGetIn(said: Mrkdwn, c: Pick<CardContext, 'texts'>): Message {
  const ask = button({
    id: 'access.ask',
    text: c.texts.home.access.ask,
    value: 'ask',
    style: 'primary',
  })
  return message(said, [section(said), ...actions([ask])])
}

function decisions(request: AccessRequest, c: CardContext) {
  const { buttons, confirm } = c.texts.home.access
  const value = String(request.id)
  const sure = {
    title: confirm.title,
    text: confirm.text(request.name),
    confirm: confirm.yes,
    deny: confirm.no,
  }
  return [
    button({ id: 'access.viewer-hours', text: buttons.viewerHours, value }),
    button({ id: 'access.viewer', text: buttons.viewer, value }),
    button({ id: 'access.operator-hours', text: buttons.operatorHours, value }),
    button({ id: 'access.operator', text: buttons.operator, value, confirm: sure }),
    button({ id: 'access.refuse', text: buttons.refuse, value, style: 'danger' }),
  ]
}

const oneLine = (line: Mrkdwn): Message => message(line, [section(line)])

const roleOf = (request: AccessRequest, c: CardContext): string =>
  labelOf(c.texts.job.roles, request.role ?? '')

const untilOf = (request: AccessRequest, c: CardContext): Mrkdwn | null =>
  request.expiresAt === null ? null : moment(request.expiresAt, c)
