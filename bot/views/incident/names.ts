import type { Incident } from '../../../engine/client.ts'
import { labelOf, type Texts } from '../../texts/index.ts'
import { joined, mention, outside, type Mrkdwn } from '../../texts/mrkdwn.ts'

type Person = Incident['declaredBy']

/** What people call whoever acted: `plantao`, `alerts:grafana` and `pagerduty:Maria` are no people of ours. */
export function nameOf(person: Person, texts: Texts): string {
  const { actors, onPagerDuty } = texts.incident
  const [system = '', ...rest] = person.name.split(':')
  const name = rest.join(':')
  if (system === 'pagerduty' && name !== '') return onPagerDuty(name)
  if (system === 'alerts' && name !== '') return labelOf(actors, name)
  return labelOf(actors, person.name)
}

export const isOurselves = (person: Person): boolean =>
  person.slack === 'plantao' || person.name === 'plantao'

export const names = (people: readonly Person[], texts: Texts): Mrkdwn =>
  joined(
    people.map((person) => outside(nameOf(person, texts), 80)),
    ', ',
  )

/** Those who have an account are notified, the others only named. */
export function mentions(people: readonly string[]): Mrkdwn {
  return joined(
    people.map((person) => (isSlackId(person) ? mention(person) : outside(person, 80))),
    ' ',
  )
}

export const isSlackId = (text: string): boolean => /^[UW][A-Z0-9]{2,20}$/.test(text)
