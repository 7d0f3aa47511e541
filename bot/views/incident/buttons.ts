import type { Button } from '@slack/web-api'
import type { Incident } from '../../../engine/client.ts'
import type { FormName } from '../../forms/form.ts'
import { list } from '../../texts/formats.ts'
import { button } from '../blocks.ts'
import type { CardContext } from '../card-context.ts'
import { nameOf } from './names.ts'

/** What can be done now, in rows of what a thumb reaches: first what stops the escalation or speeds it up. */
export function incidentButtons(incident: Incident, c: CardContext): Button[][] {
  const { state, channel, alertCounts } = incident
  if (state === 'resolved') return [[postmortemButton(incident, c)]]
  return [
    [
      ...(state === 'open' ? [acknowledgeButton(incident, c)] : []),
      ...(escalateButton(incident, c) ?? []),
      opens('resolve', incident, c),
    ],
    [
      opens('assign', incident, c),
      opens('note', incident, c),
      ...(alertCounts.total === 0 ? [] : [opens('silence', incident, c)]),
      ...(channel === null ? [channelButton(incident, c)] : []),
    ],
  ]
}

export function acknowledgeButton({ id }: Pick<Incident, 'id'>, c: CardContext): Button {
  const { acknowledge } = c.texts.incident.buttons
  return button({ id: 'incident.acknowledge', text: acknowledge, value: String(id), style: 'primary' })
}

/** Carries what was seen, so that two people, or a thumb that presses twice, do not skip a level. */
export function escalateButton(incident: Incident, c: CardContext): Button[] | null {
  const { escalation, id, state } = incident
  if (escalation === null) return null
  const texts = c.texts.incident
  const { title, confirm, deny, acknowledgedToo } = texts.escalateDialog
  return [
    button({
      id: 'incident.escalate',
      text: texts.buttons.escalate,
      value: `${id} ${escalation.round} ${escalation.level}`,
      style: 'danger',
      confirm: {
        title,
        text: [whoIsCalled(escalation, c), ...(state === 'acknowledged' ? [acknowledgedToo] : [])],
        confirm,
        deny,
        style: 'danger',
      },
    }),
  ]
}

/** Whom escalating calls now, as a sentence. */
export function whoIsCalled(escalation: NonNullable<Incident['escalation']>, c: CardContext): string {
  const { text, textUnknown } = c.texts.incident.escalateDialog
  const { byHand, next } = escalation
  if (!byHand) return next === null ? textUnknown : text(next.who)
  const people = byHand.people.slice(0, 4).map((person) => nameOf(person, c.texts).slice(0, 60))
  const who = byHand.who.slice(0, 80)
  return text(people.length === 0 ? who : `${list(people, c.texts.locale)} (${who})`)
}

export function stillWorkingButton({ id }: Pick<Incident, 'id'>, c: CardContext): Button {
  const { stillWorking } = c.texts.incident.buttons
  return button({ id: 'incident.still-working', text: stillWorking, value: String(id), style: 'primary' })
}

function channelButton({ id }: Pick<Incident, 'id'>, c: CardContext): Button {
  return button({ id: 'incident.channel', text: c.texts.incident.buttons.channel, value: String(id) })
}

function postmortemButton({ id }: Pick<Incident, 'id'>, c: CardContext): Button {
  return button({ id: 'incident.postmortem', text: c.texts.incident.buttons.postmortem, value: String(id) })
}

/** In one block no two buttons have the same action: the form's name is part of it. */
function opens(
  form: FormName & ('resolve' | 'assign' | 'note' | 'silence'),
  { id }: Pick<Incident, 'id'>,
  c: CardContext,
): Button {
  return button({
    id: `form.open.${form}`,
    text: c.texts.incident.buttons[form],
    value: `${form} ${id}`,
  })
}
