import { Hono } from 'hono'
import { z } from 'zod'
import type { VendorEnv } from '../vendor/faults.ts'
import { reference, type Account } from './account.ts'
import { invalidInput, notFound } from './rest-errors.ts'
import type { Override } from './schedules.ts'

const Time = z.iso.datetime({ offset: true })
const NewOverride = z.object({
  start: Time,
  end: Time,
  user: z.object({ id: z.string(), type: z.enum(['user_reference', 'user']) }),
})
const NewOverrides = z.object({ overrides: z.array(NewOverride).min(1) })
const Span = z.object({ since: Time, until: Time })

/** Overrides of schedules, as api-schema's reference/REST describes them. */
export function scheduleRoutes(account: Account, now: () => number): Hono<VendorEnv> {
  const { schedules } = account
  const api = new Hono<VendorEnv>()
  api.get('/schedules/:id/overrides', (c) => {
    const id = c.req.param('id')
    if (!schedules.find(id)) return notFound()
    const span = Span.safeParse(c.req.query())
    if (!span.success) return invalidInput('since and until are required')
    const since = Date.parse(span.data.since)
    const until = Date.parse(span.data.until)
    const isWhole = c.req.query('overflow') === 'true'
    const found = schedules
      .overridesOf(id)
      .filter(({ start, end }) => Date.parse(start) < until && Date.parse(end) > since)
      .map((one) => (isWhole ? one : { ...one, ...within(one, { since, until }) }))
    // The documentation says 201 for the list, too.
    return c.json({ overrides: found.map((one) => json(account, one)) }, 201)
  })
  api.post('/schedules/:id/overrides', async (c) => {
    const schedule = c.req.param('id')
    if (!schedules.find(schedule)) return notFound()
    const body = NewOverrides.safeParse(await c.req.json().catch(() => null))
    if (!body.success) return invalidInput('overrides is invalid')
    const answers = body.data.overrides.map(({ start, end, user }) => {
      const asked = { start: withoutFractions(start), end: withoutFractions(end) }
      const errors = [
        ...(Date.parse(asked.end) <= Date.parse(asked.start) ? ['Override must end after its start'] : []),
        ...(account.user(user.id) ? [] : ['User not found']),
      ]
      if (errors.length > 0) return { status: 400, errors, override: { ...asked, user } }
      const made = schedules.add({ schedule, user: user.id, ...asked })
      return { status: 201, override: json(account, made) }
    })
    return c.json(answers, 201)
  })
  api.delete('/schedules/:id/overrides/:override', (c) => {
    const { id, override } = c.req.param()
    const found = schedules.overridesOf(id).find((one) => one.id === override)
    if (!found) return notFound()
    if (Date.parse(found.end) <= now()) return invalidInput('You cannot remove a past override')
    return schedules.end(found) === 'deleted' ? c.body(null, 204) : c.body(null, 200)
  })
  return api
}

const withoutFractions = (time: string): string => `${new Date(time).toISOString().slice(0, 19)}Z`

const within = ({ start, end }: Override, { since, until }: { since: number; until: number }) => ({
  start: withoutFractions(new Date(Math.max(since, Date.parse(start))).toISOString()),
  end: withoutFractions(new Date(Math.min(until, Date.parse(end))).toISOString()),
})

const json = (account: Account, { id, start, end, user }: Override) => ({
  id,
  start,
  end,
  user: reference('user', user, account.user(user)?.name ?? user),
})
