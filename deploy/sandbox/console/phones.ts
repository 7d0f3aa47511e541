import { Hono } from 'hono'
import type { SandboxPagerDuty } from '../pagerduty/pagerduty.ts'

/** What PagerDuty has called somebody about. */
export interface PhoneCall {
  id: string
  title: string
  /** The level of the matrix the call went to, by its name. */
  level: string
  state: 'ringing' | 'acknowledged' | 'resolved'
  /** ISO 8601. */
  since: string
  acknowledgedBy: string[]
}

export interface Phone {
  id: string
  name: string
  /** The levels of the matrix that ring here now. */
  levels: string[]
  /** Newest first. */
  calls: PhoneCall[]
}

const keptCalls = 30
/**
 * `GET /phones`: everybody's phone, in the order of the matrix; `POST /phones/PERSON/CALL/acknowledge` and
 * `…/resolve`: a button of the app, pressed by that person. Without PagerDuty nobody has a phone.
 */
export function phoneRoutes(pagerDuty: SandboxPagerDuty | undefined): Hono {
  const routes = new Hono()
  routes.get('/phones', (c) => c.json(pagerDuty ? phonesOf(pagerDuty) : []))
  if (!pagerDuty) return routes
  routes.post('/phones/:person/:call/:act', (c) => {
    const { person, call, act } = c.req.param()
    if (act !== 'acknowledge' && act !== 'resolve') return c.json({ error: 'A phone cannot do that.' }, 404)
    return pagerDuty[act](call, person)
      ? c.json({})
      : c.json({ error: 'This call is over, or is not known.' }, 409)
  })
  return routes
}

function phonesOf({ services, users, phone }: SandboxPagerDuty): Phone[] {
  const incidents = phone()
  const callsOf = (user: string): PhoneCall[] =>
    incidents
      .filter(({ people }) => people.some(({ id }) => id === user))
      .slice(0, keptCalls)
      .map(({ id, title, service, status, createdAt, acknowledgedBy }) => ({
        id,
        title,
        level: service,
        state: status === 'triggered' ? 'ringing' : status,
        since: createdAt,
        acknowledgedBy: acknowledgedBy.map(({ name }) => name),
      }))
  const inOrder = [...services.flatMap((service) => service.users), ...users.map(({ id }) => id)]
  return [...new Set(inOrder)].flatMap((id) => {
    const user = users.find((one) => one.id === id)
    const levels = services.filter((service) => service.users.includes(id)).map(({ name }) => name)
    const calls = callsOf(id)
    return user && (levels.length > 0 || calls.length > 0) ? [{ id, name: user.name, levels, calls }] : []
  })
}
