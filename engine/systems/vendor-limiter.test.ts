import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { createLimiter, type Limiter, type Ticket } from './vendor-limiter.ts'

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] })
})
afterEach(() => {
  vi.useRealTimers()
})

/** Asks for this many slots at once; the list fills as they are given. */
function askFor(limiter: Limiter, calls: number): Ticket[] {
  const tickets: Ticket[] = []
  for (let call = 0; call < calls; call += 1) void limiter.take().then((ticket) => tickets.push(ticket))
  return tickets
}

test('no window of a second ever holds more calls than allowed', async () => {
  const tickets = askFor(createLimiter({ requestsPerSecond: 3 }), 30)
  await vi.advanceTimersByTimeAsync(11_000)
  const times = tickets.map(({ sentAt }) => sentAt)
  expect(times).toHaveLength(30)
  for (const [index, time] of times.entries())
    expect((times[index + 3] ?? Infinity) - time).toBeGreaterThan(1000)
})

test('a pause between calls saves up nothing', async () => {
  const limiter = createLimiter({ requestsPerSecond: 3 })
  askFor(limiter, 1)
  await vi.advanceTimersByTimeAsync(60_000)
  const tickets = askFor(limiter, 9)
  await vi.advanceTimersByTimeAsync(1000)
  expect(tickets.length).toBeLessThanOrEqual(3)
})

test('a 429 stops everybody for a while, the next ones longer, and slows the pace', async () => {
  const limiter = createLimiter({ requestsPerSecond: 10 })
  const first = await limiter.take()
  const tickets = askFor(limiter, 100)
  limiter.refused(first)
  await vi.advanceTimersByTimeAsync(990)
  expect(tickets).toHaveLength(0)
  await vi.advanceTimersByTimeAsync(1020)
  expect(tickets.length).toBeGreaterThan(4)
  expect(tickets.length).toBeLessThan(9)
  const before = tickets.length
  limiter.refused(tickets[before - 1]!)
  await vi.advanceTimersByTimeAsync(1990)
  expect(tickets).toHaveLength(before)
})

test('a burst of refusals counts once', async () => {
  const limiter = createLimiter({ requestsPerSecond: 10 })
  const sent = askFor(limiter, 5)
  await vi.advanceTimersByTimeAsync(1000)
  for (const ticket of sent) limiter.refused(ticket)
  const tickets = askFor(limiter, 2)
  await vi.advanceTimersByTimeAsync(1300)
  expect(tickets).toHaveLength(2)
})

test('accepted calls bring the pace back', async () => {
  const limiter = createLimiter({ requestsPerSecond: 10 })
  limiter.refused(await limiter.take())
  for (let call = 0; call < 10; call += 1) {
    const taken = limiter.take()
    await vi.advanceTimersByTimeAsync(3000)
    limiter.accepted(await taken)
  }
  const tickets = askFor(limiter, 20)
  await vi.advanceTimersByTimeAsync(1050)
  expect(tickets.length).toBeGreaterThanOrEqual(9)
})

test('whoever gives up waiting costs nobody a slot', async () => {
  const limiter = createLimiter({ requestsPerSecond: 1 })
  askFor(limiter, 1)
  const controller = new AbortController()
  const given = Promise.all(
    Array.from({ length: 5 }, () => expect(limiter.take(controller.signal)).rejects.toThrow('enough')),
  )
  const tickets = askFor(limiter, 1)
  controller.abort(new Error('enough'))
  await given
  await vi.advanceTimersByTimeAsync(1100)
  expect(tickets).toHaveLength(1)
})
