import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { createOverride } from '../../db/on-call.ts'
import { migrate } from '../../db/migrate.ts'
import { createPool, type Pool } from '../../db/pool.ts'
import { startPagerDuty } from '../../deploy/sandbox/pagerduty/pagerduty.ts'
import { testDatabase, type TestDatabase } from '../../deploy/sandbox/postgres/testing.ts'
import { createRest } from '../pagerduty/rest.ts'
import type { MatrixLevel } from '../settings.ts'
import { createOnCall, personOnCall, type OnCallPerson } from './on-call.ts'
import { pagerdutyShifts, type PagerDutyOnCall, type ReadOnCalls } from './pagerduty-shifts.ts'
import { onCallsFrom } from './read-pagerduty.ts'
import { whoIsOnCall } from './roster.ts'
import { OnCallSettings } from './settings.ts'

const people: OnCallPerson[] = [
  { id: 'maria', name: 'Maria Santos', slack: 'U0OPERATOR', email: 'maria@company.com' },
  { id: 'pedro', name: 'Pedro Costa', slack: 'U0ADMIN', pagerduty: 'PPEDRO' },
]
const span = { from: new Date('2026-11-23T00:00:00Z'), to: new Date('2026-11-30T00:00:00Z') }

const entry = (change: Partial<PagerDutyOnCall>): PagerDutyOnCall => ({
  user: { id: 'PMARIA', name: 'Maria S.', email: 'Maria@Company.com' },
  level: 1,
  escalationPolicy: 'PPOLICY',
  schedule: 'PSCHEDULE',
  startsAt: null,
  endsAt: null,
  ...change,
})
const pedro = { id: 'PPEDRO', name: 'Pedro C.', email: null }

describe('what PagerDuty says', () => {
  const shifts = (oncalls: PagerDutyOnCall[], kept = { schedule: 'PSCHEDULE' }) =>
    pagerdutyShifts(kept, { oncalls, people }, span)
  const monday = new Date('2026-11-23T12:00:00Z')
  const tuesday = new Date('2026-11-24T12:00:00Z')

  test('is about people of the runbook file, by their id there or their e-mail', () => {
    const found = shifts([
      entry({ endsAt: monday }),
      entry({ user: pedro, startsAt: monday, endsAt: tuesday }),
    ])
    expect(found.map(({ person, startsAt }) => [person, startsAt])).toEqual([
      ['maria', span.from],
      ['pedro', monday],
      [null, tuesday],
    ])
  })

  test('names who is not in the file as PagerDuty does', () => {
    const [shift] = shifts([entry({ user: { id: 'PANA', name: 'Ana <!here>', email: 'ana@else.where' } })])
    expect(shift?.person).toBe('pagerduty:Ana <!here>')
    expect(personOnCall(people, shift?.person ?? '')).toEqual({
      slack: 'pagerduty:Ana <!here>',
      name: 'Ana <!here>',
    })
  })

  test('of several at once counts whoever is paged first, and nothing of another schedule', () => {
    const all = [
      entry({ level: 2 }),
      entry({ user: pedro, level: 1, endsAt: tuesday }),
      entry({ level: 0, schedule: 'POTHER' }),
    ]
    expect(shifts(all).map(({ person }) => person)).toEqual(['pedro', 'maria'])
  })

  test('of a policy is whoever is on call by it, on a schedule or not', () => {
    const policy = pagerdutyShifts(
      { escalationPolicy: 'PPOLICY' },
      {
        oncalls: [entry({ schedule: null }), entry({ escalationPolicy: 'POTHER', level: 0, user: pedro })],
        people,
      },
      span,
    )
    expect(policy.map(({ person }) => person)).toEqual(['maria'])
  })
})

describe('the roster', () => {
  let database: TestDatabase
  let pool: Pool
  beforeAll(async () => {
    database = await testDatabase(migrate)
    pool = createPool(database.url)
  })
  afterAll(async () => {
    await pool.end()
    await database.drop()
  })

  const settings = OnCallSettings.parse({
    rotations: [
      {
        name: 'primary',
        people: ['maria'],
        handOver: '0 9 * * 1',
        starts: '2026-01-05 09:00',
        pagerduty: { escalationPolicy: 'PPOLICY' },
      },
      { name: 'secondary', people: ['maria'], handOver: '0 9 * * 1', starts: '2026-01-05 09:00' },
    ],
  })
  const level = (page: { rotation?: string; people?: string[] }): MatrixLevel => ({
    level: 1,
    who: 'Engineer on-call',
    respondMinutes: 15,
    page: { people: [], ...page },
  })
  const onCallWith = (oncalls: ReadOnCalls | undefined, troubles: string[] = []) =>
    createOnCall({
      pool,
      settings,
      people,
      timeZone: 'America/Sao_Paulo',
      oncalls,
      onTrouble: (reason) => void troubles.push(reason),
    })

  test('is PagerDuty’s where it keeps the rotation; it is asked once a minute, by all at once', async () => {
    let asked = 0
    const onCall = onCallWith(async () => {
      asked += 1
      return [entry({ user: pedro })]
    })
    const [roster] = await Promise.all([onCall.roster(), onCall.roster(), onCall.roster()])
    expect(asked).toBe(1)
    expect(roster.isFallback).toBe(false)
    expect(
      roster.rotations.map(({ name, source, shifts }) => [
        name,
        source,
        whoIsOnCall(shifts, roster.at)?.person,
      ]),
    ).toEqual([
      ['primary', 'pagerduty', 'pedro'],
      ['secondary', 'runbook', 'maria'],
    ])
    expect(onCall.reached(level({ rotation: 'primary', people: ['maria', 'pedro'] }))).toEqual([
      'pedro',
      'maria',
    ])
    expect([onCall.isKeptByPagerDuty('primary'), onCall.isKeptByPagerDuty('secondary')]).toEqual([
      true,
      false,
    ])
  })

  test('is the runbook file’s while PagerDuty does not answer, and says so', async () => {
    const troubles: string[] = []
    const onCall = onCallWith(() => Promise.reject(new Error('PagerDuty answers 503')), troubles)
    const roster = await onCall.roster()
    expect(roster.isFallback).toBe(true)
    expect(roster.rotations.map(({ source }) => source)).toEqual(['runbook', 'runbook'])
    expect(onCall.reached(level({ rotation: 'primary' }))).toEqual(['maria'])
    expect(troubles).toEqual(['PagerDuty answers 503'])
  })

  test('is what PagerDuty said last while it fails for a moment, and it is asked again soon', async () => {
    const answers = [
      async () => [entry({ user: pedro })],
      async () => await Promise.reject(new Error('PagerDuty answers 503')),
      async () => [entry({})],
    ]
    let asked = 0
    const onCall = onCallWith(async () => (await answers[asked++]?.()) ?? [])
    const who = async () => {
      const { at, rotations, isFallback } = await onCall.roster()
      return [whoIsOnCall(rotations[0]?.shifts ?? [], at)?.person, isFallback]
    }
    expect(await who()).toEqual(['pedro', false])
    vi.spyOn(performance, 'now').mockReturnValue(performance.now() + 61_000)
    expect(await who()).toEqual(['pedro', false])
    vi.spyOn(performance, 'now').mockReturnValue(performance.now() + 6_000)
    expect(await who()).toEqual(['maria', false])
    vi.restoreAllMocks()
  })

  test('answers whom a level reaches before anything was read, and with overrides once it was', async () => {
    const onCall = onCallWith(undefined)
    expect(onCall.reached(level({ rotation: 'secondary' }))).toEqual(['maria'])
    expect(onCall.reached(level({ rotation: 'unheard-of' }))).toEqual([])
    const endsAt = new Date(Date.now() + 3_600_000)
    const made = { rotation: 'secondary', startsAt: null, endsAt, createdBy: 'U0ADMIN' }
    await createOverride(pool, { ...made, person: 'pedro', idempotencyKey: 'one' })
    await createOverride(pool, { ...made, person: 'left-the-company', idempotencyKey: 'two' })
    await onCall.roster()
    expect(onCall.reached(level({ rotation: 'secondary' }))).toEqual(['pedro'])
    expect(onCall.reached(level({ rotation: 'secondary' }), new Date(endsAt.getTime() + 1_000))).toEqual([
      'maria',
    ])
  })

  test('is read from PagerDuty’s own interface', async () => {
    const token = 'a-token-of-tests-only'
    const standIn = await startPagerDuty({
      port: 0,
      apiToken: token,
      users: [{ id: 'PPEDRO', name: 'Pedro C.', email: 'pedro@else.where' }],
      services: [{ id: 'PSERVICE', name: 'Level 1', routingKey: 'R'.repeat(32), users: ['PPEDRO'] }],
    })
    try {
      const read = onCallsFrom(createRest({ url: standIn.url, token, deadlineMs: 5_000 }))
      const found = await read({ escalationPolicy: 'EPPSERVICE' }, span)
      expect(found).toEqual([
        {
          user: { id: 'PPEDRO', name: 'Pedro C.', email: 'pedro@else.where' },
          level: 1,
          escalationPolicy: 'EPPSERVICE',
          schedule: null,
          startsAt: null,
          endsAt: null,
        },
      ])
      expect(await read({ escalationPolicy: 'EPOTHER' }, span)).toEqual([])
      standIn.setOutage('503')
      await expect(read({ escalationPolicy: 'EPPSERVICE' }, span)).rejects.toThrow(/503/)
    } finally {
      await standIn.close()
    }
  })
})
