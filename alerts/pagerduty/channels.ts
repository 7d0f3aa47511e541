import { createHash } from 'node:crypto'
import { routingKeyOf, type PagerDutySettings } from './settings.ts'

/** One routing key on one host: what PagerDuty's limit of events per minute holds for. */
export interface Channel {
  /** Names it in the database without giving the key away. */
  id: string
  url: string
  routingKey: string
  route: 'main' | 'fallback'
  levels: readonly number[]
}

/** The routing keys in use, with the levels of the matrix that each one calls. */
export function channelsOf(settings: PagerDutySettings, levels: readonly number[]): Channel[] {
  const main = new Map<string, number[]>()
  for (const level of levels) {
    const key = routingKeyOf(settings, level)
    if (key !== null) main.set(key, [...(main.get(key) ?? []), level])
  }
  const channels = [...main].map(([routingKey, of]) =>
    channel({ url: eventsUrl(settings.eventsUrl), routingKey, route: 'main', levels: of }),
  )
  if (settings.fallback === null) return channels
  const { routingKey } = settings.fallback
  const url = eventsUrl(settings.fallback.eventsUrl)
  return [...channels, channel({ url, routingKey, route: 'fallback', levels })]
}

/** Where events go, whether the base address or all of it is given. */
export function eventsUrl(given: string): string {
  const url = new URL(given)
  const path = url.pathname.replace(/\/+$/, '').replace(/\/v2(\/enqueue)?$/, '')
  url.pathname = `${path}/v2/enqueue`
  return url.href
}

/** Where change events go: beside the others. */
export const changesUrl = (enqueueUrl: string): string =>
  enqueueUrl.replace(/\/v2\/enqueue$/, '/v2/change/enqueue')

const channel = (parts: Omit<Channel, 'id'>): Channel => ({
  ...parts,
  id: createHash('sha256').update(`${parts.url}\n${parts.routingKey}`).digest('hex').slice(0, 16),
})
