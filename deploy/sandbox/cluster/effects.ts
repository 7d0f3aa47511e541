import { isDeepStrictEqual } from 'node:util'

import type { AnyObject, Deployment, KindName } from './objects.ts'

/** One accepted request that changed something: what crash tests count. */
export type Effect = {
  at: string
  verb: 'create' | 'update' | 'patch' | 'delete'
  kind: KindName
  namespace: string
  name: string
  /** The job's mark the object carries afterwards, '' for none. */
  mark: string
  change: 'created' | 'deleted' | 'template' | 'replicas' | 'other'
}

export function effectOf(
  verb: Effect['verb'],
  kind: KindName,
  { before, after }: { before?: AnyObject | undefined; after: AnyObject },
): Effect {
  return {
    at: new Date().toISOString(),
    verb,
    kind,
    namespace: after.metadata.namespace ?? '',
    name: after.metadata.name,
    mark: markOf(after),
    change: changeOf(verb, before, after),
  }
}

function changeOf(verb: Effect['verb'], before: AnyObject | undefined, after: AnyObject): Effect['change'] {
  if (verb === 'create') return 'created'
  if (verb === 'delete') return 'deleted'
  if (before?.kind !== 'Deployment') return 'other'
  const [old, now] = [(before as Deployment).spec, (after as Deployment).spec]
  if (!isDeepStrictEqual(old.template, now.template)) return 'template'
  return old.replicas === now.replicas ? 'other' : 'replicas'
}

function markOf(object: AnyObject): string {
  const data = 'data' in object ? object.data : undefined
  return object.metadata.annotations?.['plantao.dev/mark'] ?? data?.['mark'] ?? ''
}
