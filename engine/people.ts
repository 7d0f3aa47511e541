import type { Person, Runbook } from './runbook-file.ts'

type WithPeople = Pick<Runbook, 'people'>
type WithNames = Pick<Runbook, 'people' | 'locale'> & Guests

/** What people are called whom the runbook file does not name but who were given a role, by Slack id. */
export interface Guests {
  guests?: Map<string, string>
}

/** Somebody as messages and the HTTP face show them: `slack` is the id as it was recorded. */
export interface PersonRef {
  slack: string
  name: string
}

/** The person a Slack id belongs to; null for somebody the runbook file does not name. */
export function findPerson(runbook: WithPeople, slack: string): Person | null {
  return runbook.people.find((person) => person.slack === slack || person.otherSlack.includes(slack)) ?? null
}

/** Whether two Slack ids are the same human being, as far as the runbook file knows. */
export function isSamePerson(runbook: WithPeople, slack: string, other: string): boolean {
  if (slack === other) return true
  const person = findPerson(runbook, slack)
  return person !== null && person === findPerson(runbook, other)
}

/** What to call whoever did something: a person's name, what acts by itself in words, an unknown id as it is. */
export function displayName(runbook: WithNames, actor: string): string {
  const person = findPerson(runbook, actor)
  if (person) return person.name
  const schedule = /^schedule:(.+)$/.exec(actor)?.[1]
  if (schedule !== undefined) return `${scheduleWord[runbook.locale]} ${schedule}`
  return runbook.guests?.get(actor) ?? actor
}

const scheduleWord: Record<Runbook['locale'], string> = { 'pt-BR': 'agenda', en: 'schedule' }

export function personRef(runbook: WithNames, actor: string): PersonRef {
  return { slack: actor, name: displayName(runbook, actor) }
}

/** Whom to ask for a right: everybody with an unrestricted grant of admin who can be reached in Slack. */
export function admins(runbook: WithPeople): PersonRef[] {
  return runbook.people.flatMap(({ slack, name, grants }) =>
    slack !== undefined && grants.some(isFullAdmin) ? [{ slack, name }] : [],
  )
}

const isFullAdmin = (grant: Person['grants'][number]): boolean =>
  grant.role === 'admin' && grant.commands === undefined && grant.environments === undefined
