import { describe, expect, test } from 'vitest'
import { admins, displayName, findPerson, isSamePerson, personRef } from './people.ts'
import { loadRunbook } from './runbook-file.ts'

const defaults = await loadRunbook('deploy/plantao.yaml')
const runbook = {
  ...defaults,
  people: defaults.people.map((person) =>
    person.id === 'pedro-costa' ? { ...person, otherSlack: ['W0ADMIN'] } : person,
  ),
}

test('a person is found by any of their Slack ids', () => {
  expect(findPerson(runbook, 'U0ADMIN')?.name).toBe('Pedro Costa')
  expect(findPerson(runbook, 'W0ADMIN')?.name).toBe('Pedro Costa')
  expect(findPerson(runbook, 'U0STRANGER')).toBeNull()
})

test.each([
  ['U0ADMIN', 'U0ADMIN', true],
  ['U0ADMIN', 'W0ADMIN', true],
  ['W0ADMIN', 'U0ADMIN', true],
  ['U0ADMIN', 'U0VIEWER', false],
  ['U0STRANGER', 'U0STRANGER', true],
  ['U0STRANGER', 'U0OTHER', false],
])('%s and %s are the same person: %s', (slack, other, expected) => {
  expect(isSamePerson(runbook, slack, other)).toBe(expected)
})

describe('a name', () => {
  test.each([
    ['U0OPERATOR', 'Maria Santos'],
    ['W0ADMIN', 'Pedro Costa'],
    ['U0STRANGER', 'U0STRANGER'],
    ['schedule:nightly-backup', 'agenda nightly-backup'],
    ['schedule:', 'schedule:'],
  ])('of %s is %s', (actor, expected) => {
    expect(displayName(runbook, actor)).toBe(expected)
    expect(personRef(runbook, actor)).toEqual({ slack: actor, name: expected })
  })

  test('of a schedule is in the language of the file', () => {
    expect(displayName({ ...runbook, locale: 'en' }, 'schedule:nightly-backup')).toBe(
      'schedule nightly-backup',
    )
  })
})

test('admins are those whose grant is for everything and who are in Slack', () => {
  const [pedro] = runbook.people.filter(({ id }) => id === 'pedro-costa')
  if (!pedro) throw new Error('the default file names Pedro Costa')
  const { slack: _, ...outsideSlack } = pedro
  const partly = { ...pedro, id: 'partly', slack: 'U0PARTLY', otherSlack: [] }
  expect(admins(runbook)).toEqual([{ slack: 'U0ADMIN', name: 'Pedro Costa' }])
  expect(admins({ people: [outsideSlack] })).toEqual([])
  expect(admins({ people: [{ ...partly, grants: [{ role: 'admin', environments: ['staging'] }] }] })).toEqual(
    [],
  )
})
