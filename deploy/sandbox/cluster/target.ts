import { isKindName, kinds } from './objects.ts'
import type { KindName } from './objects.ts'

/** What a path of the API names. `name` and `subresource` are '' where it names none. */
export type Target = { kind: KindName; namespace: string; name: string; subresource: string }

/** `/apis/apps/v1/namespaces/production/deployments/backend/scale` -> its parts; undefined when nothing is served there. */
export function targetOf(path: string): Target | undefined {
  const match = /^\/(?:api|apis\/([^/]+))\/([^/]+)\/(.+)$/.exec(path)
  if (!match) return undefined
  const [, group = '', version = '', rest = ''] = match
  const parts = rest.split('/').map(decodeURIComponent)
  // /namespaces/x alone is the namespace; anything below it lies in the namespace
  const inNamespace = parts[0] === 'namespaces' && parts.length > 2
  const namespace = inNamespace ? (parts[1] ?? '') : ''
  const [kind = '', name = '', subresource = '', surplus] = inNamespace ? parts.slice(2) : parts
  if (!isKindName(kind) || surplus !== undefined) return undefined
  if (kinds[kind].group !== group || kinds[kind].version !== version) return undefined
  return { kind, namespace, name, subresource }
}
