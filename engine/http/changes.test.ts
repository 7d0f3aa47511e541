import { afterAll, beforeAll, expect, test } from 'vitest'
import { announce, changeChannel, everything } from '../../db/announcements.ts'
import { listen } from '../../db/listen.ts'
import { testContext } from '../testing.ts'
import { createApi } from './api.ts'

let room: Awaited<ReturnType<typeof testContext>>
beforeAll(async () => {
  room = await testContext()
})
afterAll(async () => await room.close())

test('few changes are rung one by one, very many as one', async () => {
  const { events, close } = await listen(room.databaseUrl, [changeChannel])
  const rung: string[] = []
  const last = new Promise<void>((resolve) =>
    events.on('notification', (_, payload) => {
      rung.push(payload.replace(/ \d+$/, ''))
      if (payload.startsWith('job/1 ')) resolve()
    }),
  )
  await announce(room.context.pool, 'incident/1', 'incident/2', 'incident/1')
  await announce(room.context.pool, ...Array.from({ length: 101 }, (_, index) => `incident/${index}`))
  await announce(room.context.pool, 'job/1')
  await last
  expect(rung).toEqual(['incident/1', 'incident/2', everything, 'job/1'])
  await close()
})

test('whoever follows is told all that is stale when very much changed', async () => {
  const api = createApi(room.context, 'token')
  const response = await api.request('/v1/changes', { headers: { authorization: 'Bearer token' } })
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader()
  const heard = async (text: string): Promise<string> => {
    let all = ''
    while (!all.includes(text)) all += (await reader?.read())?.value ?? ''
    return all
  }
  expect(await heard('event: alive')).not.toContain('incident/4711')
  // Nothing of this is heard of by itself: the room's bell is not connected to its database.
  await announce(room.context.pool, 'incident/4711')
  room.context.notifications.emit('notification', changeChannel, everything)
  expect(await heard('"incident/4711"')).toContain('event: change')
  await reader?.cancel()
})
