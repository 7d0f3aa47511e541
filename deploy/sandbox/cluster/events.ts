import { randomBytes } from 'node:crypto'

import { timestamp } from './objects.ts'
import type { Resource } from './objects.ts'
import type { Store } from './store.ts'

type Report = { type: 'Normal' | 'Warning'; reason: string; message: string; from: string }

const eventsKept = 300

/** Records what `kubectl get events` shows; the same report about the same object is counted, not repeated. */
export function recordEvent(store: Store, about: Resource, report: Report): void {
  const namespace = about.metadata.namespace ?? 'default'
  const events = store.list('events', namespace)
  const now = timestamp()
  const same = events.find(
    (event) =>
      event.involvedObject.uid === about.metadata.uid &&
      event.reason === report.reason &&
      event.message === report.message,
  )
  if (same) {
    store.update('events', { ...same, count: same.count + 1, lastTimestamp: now })
    return
  }
  store.create('events', {
    metadata: { name: `${about.metadata.name}.${randomBytes(8).toString('hex')}`, namespace },
    type: report.type,
    reason: report.reason,
    message: report.message,
    involvedObject: { kind: about.kind, namespace, name: about.metadata.name, uid: about.metadata.uid },
    firstTimestamp: now,
    lastTimestamp: now,
    count: 1,
    source: { component: report.from },
  })
  const surplus = events
    .toSorted((a, b) => Number(a.metadata.resourceVersion) - Number(b.metadata.resourceVersion))
    .slice(0, Math.max(0, events.length + 1 - eventsKept))
  for (const event of surplus) store.remove('events', namespace, event.metadata.name)
}
