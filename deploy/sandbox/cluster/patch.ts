import { badRequest } from './status.ts'

type Json = unknown
type JsonObject = Record<string, Json>

/** By content type, how a PATCH body changes an object. Pure: the object given is left as it was. */
export function applyPatch(contentType: string, target: Json, patch: Json): Json {
  switch (contentType) {
    case 'application/merge-patch+json':
      return mergePatch(target, patch)
    case 'application/strategic-merge-patch+json':
      return strategicMerge(target, patch, '')
    case 'application/json-patch+json':
      return jsonPatch(target, patch)
    default:
      throw badRequest(
        `the body of the request was in an unknown format - accepted media types include: application/json-patch+json, application/merge-patch+json, application/strategic-merge-patch+json`,
      )
  }
}

/** RFC 7386. */
function mergePatch(target: Json, patch: Json): Json {
  if (!isObject(patch)) return patch
  const merged: JsonObject = isObject(target) ? { ...target } : {}
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) delete merged[key]
    else merged[key] = mergePatch(merged[key], value)
  }
  return merged
}

/** The lists that Kubernetes merges by a key (its API types' patchMergeKey); every other list is replaced. */
const mergeKeys: Record<string, string> = {
  containers: 'name',
  initContainers: 'name',
  env: 'name',
  volumes: 'name',
  imagePullSecrets: 'name',
  volumeMounts: 'mountPath',
  ports: 'containerPort',
  conditions: 'type',
  ownerReferences: 'uid',
}

function strategicMerge(target: Json, patch: Json, field: string): Json {
  if (Array.isArray(patch)) return mergeList(target, patch, field)
  if (!isObject(patch)) return patch
  if (patch['$patch'] === 'replace') return without(patch, '$patch')
  const merged: JsonObject = isObject(target) ? { ...target } : {}
  for (const [key, value] of Object.entries(patch)) {
    if (key.startsWith('$')) continue // directives on order and retained keys do not change what is stored here
    if (value === null || (isObject(value) && value['$patch'] === 'delete')) delete merged[key]
    else merged[key] = strategicMerge(merged[key], value, key)
  }
  return merged
}

function mergeList(target: Json, patch: Json[], field: string): Json {
  const mergeKey = mergeKeys[field]
  if (!mergeKey || !Array.isArray(target)) return patch.filter((item) => !isDeletion(item))
  let merged: Json[] = [...target]
  for (const item of patch) {
    if (!isObject(item)) throw badRequest(`an item of ${field} is not an object`)
    if (item['$patch'] === 'replace') return patch.filter((other) => other !== item)
    const key = item[mergeKey]
    if (key === undefined)
      throw badRequest(`map: ${JSON.stringify(item)} does not contain declared merge key: ${mergeKey}`)
    const index = merged.findIndex((present) => isObject(present) && present[mergeKey] === key)
    if (isDeletion(item)) merged = merged.filter((_, at) => at !== index)
    else if (index < 0) merged.push(item)
    else merged[index] = strategicMerge(merged[index], item, '')
  }
  return merged
}

/** RFC 6902, without move and copy, which kubectl never sends. */
function jsonPatch(target: Json, patch: Json): Json {
  if (!Array.isArray(patch)) throw badRequest('a JSON patch is a list of operations')
  const result: Json = structuredClone(target)
  for (const operation of patch) {
    if (!isObject(operation) || typeof operation['path'] !== 'string')
      throw badRequest('a JSON patch operation needs op and path')
    applyOperation(result, { op: operation['op'], path: operation['path'], value: operation['value'] })
  }
  return result
}

function applyOperation(root: Json, operation: { op: Json; path: string; value: Json }): void {
  const keys = operation.path.split('/').slice(1).map(unescapePointer)
  const last = keys.pop()
  const parent = keys.reduce<Json>((at, key) => (isContainer(at) ? at[key] : undefined), root)
  if (last === undefined || !isContainer(parent))
    throw badRequest(`the JSON patch path ${operation.path} does not exist`)
  const present = last in parent
  if (operation.op === 'test') {
    if (JSON.stringify(parent[last]) !== JSON.stringify(operation.value))
      throw badRequest(`testing value ${operation.path} failed`)
  } else if (operation.op === 'remove') {
    if (!present) throw badRequest(`the JSON patch path ${operation.path} does not exist`)
    if (Array.isArray(parent)) parent.splice(Number(last), 1)
    else delete parent[last]
  } else if (operation.op === 'add' && Array.isArray(parent)) {
    parent.splice(last === '-' ? parent.length : Number(last), 0, operation.value)
  } else if (operation.op === 'add' || (operation.op === 'replace' && present)) {
    parent[last] = operation.value
  } else {
    throw badRequest(`the JSON patch operation ${String(operation.op)} ${operation.path} cannot be applied`)
  }
}

function unescapePointer(key: string): string {
  return key.replaceAll('~1', '/').replaceAll('~0', '~')
}

function isDeletion(item: Json): boolean {
  return isObject(item) && item['$patch'] === 'delete'
}

function without(object: JsonObject, key: string): JsonObject {
  return Object.fromEntries(Object.entries(object).filter(([name]) => name !== key))
}

function isObject(value: Json): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function isContainer(value: Json): value is JsonObject {
  return typeof value === 'object' && value !== null
}
