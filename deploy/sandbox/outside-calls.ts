import type { OutsideCall } from './console/console.ts'
import type { RecentCall } from './vendor/recent-calls.ts'
import type { World } from './world.ts'

const shown = 200

/** What Plantão lately asked of whom it works with, besides Slack: for the console's log. */
export function outsideCalls({
  pagerDuty,
  bling,
  mercadoLivre,
}: Pick<World, 'pagerDuty' | 'bling' | 'mercadoLivre'>): OutsideCall[] {
  return [
    ...pagerDuty
      .calls()
      .slice(-shown)
      .map(({ at, method, path, status, action, dedupKey, severity }) =>
        asShown('PagerDuty', { at, method, path, status, query: { action, dedupKey, severity } }),
      ),
    ...bling.recentCalls().map((call) => asShown('Bling', call)),
    ...mercadoLivre.recentCalls().map((call) => asShown('Mercado Livre', call)),
  ]
}

function asShown(
  service: string,
  call: Omit<RecentCall, 'query'> & { query: Record<string, string | undefined> },
): OutsideCall {
  const { at, method, path, status, query } = call
  const given = Object.entries(query).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]]))
  return {
    at: new Date(at).toISOString(),
    service,
    method: `${method} ${path}`,
    ok: status >= 200 && status < 300,
    result: status === 0 ? '—' : String(status),
    arguments: Object.fromEntries(given),
  }
}
