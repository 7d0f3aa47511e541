import { afterEach, beforeEach, expect, test } from 'vitest'
import { note } from '../incidents.ts'
import { createRest, type Rest } from '../pagerduty/rest.ts'
import { settleUnconfirmed } from './confirm.ts'
import { copyNotes, isOwnNote } from './notes.ts'
import { createSender } from './sender.ts'
import { apiToken, pagerForTest, type PagerForTest } from './testing.ts'

let world: PagerForTest
let incidentId = 0
beforeEach(async () => {
  world = await pagerForTest({ pagerduty: { apiToken } })
  incidentId = await world.openOne()
})
afterEach(async () => await world.close())

const rest = (): Rest => createRest({ url: world.standIn.url, token: apiToken })

/** The call arrives, and PagerDuty's incident is known. */
async function ring(): Promise<string> {
  const sender = createSender(world.context, {
    inPerson: async () => false,
    hostCircuit: { failures: 100, firstMs: 1, mostMs: 1 },
  })
  await sender.turn()
  await sender.settled()
  await world.later(91)
  await settleUnconfirmed(world.context, rest())
  return world.standIn.phone()[0]?.id ?? ''
}

const write = async (by: string, text: string): Promise<void> =>
  void (await world.change(async (tx) => await note(tx, { incidentId, by, text })))

const there = async (id: string): Promise<string[]> => {
  const found = await rest().notesOf(id)
  return found.ok ? found.value.notes.map(({ content }) => content) : []
}

test('a note waits until PagerDuty has the incident, and is then there once, under its author’s name', async () => {
  await write('U0OPERATOR', 'the disk is full of logs')
  await copyNotes(world.context, rest())
  const id = await ring()
  await copyNotes(world.context, rest())
  await copyNotes(world.context, rest())
  expect(await there(id)).toEqual([expect.stringMatching(/^the disk is full of logs \(Plantão #\d+\)$/)])
  const [content = ''] = await there(id)
  expect(isOwnNote(content)).toBe(true)
  expect(isOwnNote('the disk is full of logs')).toBe(false)
  const written = world.standIn
    .calls()
    .find(({ method, path }) => method === 'POST' && path.endsWith('/notes'))
  expect(written).toBeDefined()
})

test('an answer that got lost does not write it a second time', async () => {
  const id = await ring()
  await write('U0OPERATOR', 'half way')
  const real = rest()
  const losesTheAnswer = {
    notesOf: real.notesOf,
    addNote: async (...given: Parameters<Rest['addNote']>) => {
      await real.addNote(...given)
      return { ok: false, status: null, code: null, reason: 'lost', isPassing: true } as const
    },
  }
  await copyNotes(world.context, losesTheAnswer)
  await world.pool.query('update note_copy set due_at = now()')
  await copyNotes(world.context, real)
  expect(await there(id)).toHaveLength(1)
  const { rows } = await world.pool.query('select attempts, problem from note_copy where sent_at is not null')
  expect(rows).toEqual([{ attempts: 2, problem: null }])
})

test('what nobody in PagerDuty wrote stays here, and what came from there is not sent back', async () => {
  const id = await ring()
  await write('U0STRANGER', 'hello')
  await world.change(
    async (tx) =>
      await tx.query(
        `insert into incident_event (incident_id, actor, kind, details)
         values ($1, 'U0OPERATOR', 'note', '{"text": "from the phone", "via": "pagerduty"}')`,
        [incidentId],
      ),
  )
  await copyNotes(world.context, rest())
  expect(await there(id)).toEqual([])
  const { rows } = await world.pool.query('select problem from note_copy')
  expect(rows).toEqual([{ problem: expect.stringMatching(/no address/) }])
})
