import { randomUUID } from 'node:crypto'
import { isDeepStrictEqual } from 'node:util'

import { apiVersion, kinds, timestamp } from './objects.ts'
import type { AnyObject, KindName, Metadata, Objects, Resource } from './objects.ts'
import { alreadyExists, conflict, gone, notFound } from './status.ts'

export type ChangeType = 'ADDED' | 'MODIFIED' | 'DELETED'
export type Change = { type: ChangeType; kind: KindName; object: AnyObject; resourceVersion: number }
export type Draft<K extends KindName> = Omit<Objects[K], 'apiVersion' | 'kind' | 'metadata'> & {
  metadata: Partial<Metadata> & { name: string }
}
export type Snapshot = { resourceVersion: number; objects: [KindName, AnyObject][] }
export type Store = ReturnType<typeof createStore>

/** Watches may resume this many changes back; older ones get 410 Gone, as etcd's compaction gives. */
const changesKept = 2000
const kindsWithGeneration: KindName[] = ['deployments', 'replicasets']

/**
 * The cluster's etcd: objects under one growing resourceVersion, refusing writes made from a stale read.
 * Objects are never changed in place: a changed object is a new one.
 */
export function createStore(saved?: Snapshot) {
  let resourceVersion = saved?.resourceVersion ?? 1000
  const objects = new Map<string, { kind: KindName; object: AnyObject }>(
    (saved?.objects ?? []).map(([kind, object]) => [keyOf(kind, object.metadata), { kind, object }]),
  )
  const changes: Change[] = []
  const listeners = new Set<(change: Change) => void>()

  function commit<K extends KindName>(type: ChangeType, kind: K, object: Objects[K]): Objects[K] {
    resourceVersion += 1
    const written = {
      ...object,
      metadata: { ...object.metadata, resourceVersion: String(resourceVersion) },
    }
    if (type === 'DELETED') objects.delete(keyOf(kind, written.metadata))
    else objects.set(keyOf(kind, written.metadata), { kind, object: written })
    changes.push({ type, kind, object: written, resourceVersion })
    if (changes.length > changesKept) changes.shift()
    for (const listener of listeners) listener({ type, kind, object: written, resourceVersion })
    return written
  }

  function find<K extends KindName>(kind: K, namespace: string, name: string): Objects[K] | undefined {
    // The key holds the kind, so the object found under it has that kind's shape.
    return objects.get(keyOf(kind, { name, namespace }))?.object as Objects[K] | undefined
  }

  return {
    find,

    get<K extends KindName>(kind: K, namespace: string, name: string): Objects[K] {
      const found = find(kind, namespace, name)
      if (!found) throw notFound(kind, name)
      return found
    },

    list<K extends KindName>(kind: K, namespace?: string): Objects[K][] {
      const found: Objects[K][] = []
      for (const entry of objects.values()) {
        if (entry.kind !== kind) continue
        if (namespace !== undefined && entry.object.metadata.namespace !== namespace) continue
        found.push(entry.object as Objects[K])
      }
      return found.toSorted((a, b) => (keyOf(kind, a.metadata) < keyOf(kind, b.metadata) ? -1 : 1))
    },

    create<K extends KindName>(kind: K, draft: Draft<K>): Objects[K] {
      const name = draft.metadata.name
      if (objects.has(keyOf(kind, draft.metadata))) throw alreadyExists(kind, name)
      const metadata: Metadata = {
        ...draft.metadata,
        uid: draft.metadata.uid ?? randomUUID(),
        resourceVersion: '',
        creationTimestamp: timestamp(),
        ...(kindsWithGeneration.includes(kind) ? { generation: 1 } : {}),
      }
      const object = { apiVersion: apiVersion(kind), kind: kinds[kind].kind, ...draft, metadata }
      return commit('ADDED', kind, object as unknown as Objects[K])
    },

    /** Writes a whole object. Writing what is already there changes nothing, as in Kubernetes. */
    update<K extends KindName>(kind: K, object: Objects[K]): Objects[K] {
      const { name, namespace = '', resourceVersion: readAt } = object.metadata
      const before = find(kind, namespace, name)
      if (!before) throw notFound(kind, name)
      if (readAt && readAt !== before.metadata.resourceVersion) throw conflict(kind, name)
      const after = { ...object, metadata: keepIdentity(object.metadata, before.metadata) }
      if (kindsWithGeneration.includes(kind) && !isDeepStrictEqual(specOf(before), specOf(after)))
        after.metadata.generation = (before.metadata.generation ?? 0) + 1
      if (isDeepStrictEqual(before, after)) return before
      return commit('MODIFIED', kind, after)
    },

    remove<K extends KindName>(kind: K, namespace: string, name: string): Objects[K] {
      const found = find(kind, namespace, name)
      if (!found) throw notFound(kind, name)
      return commit('DELETED', kind, found)
    },

    /** The changes after a resourceVersion, oldest first. */
    changesSince(version: number): Change[] {
      const oldest = changes[0]?.resourceVersion ?? resourceVersion + 1
      if (version < oldest - 1 && version < resourceVersion) throw gone(String(version))
      return changes.filter((change) => change.resourceVersion > version)
    },

    resourceVersion: () => resourceVersion,

    onChange: (listener: (change: Change) => void): (() => void) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },

    snapshot(): Snapshot {
      return { resourceVersion, objects: [...objects.values()].map(({ kind, object }) => [kind, object]) }
    },
  }
}

function keyOf(kind: KindName, metadata: { name: string; namespace?: string | undefined }): string {
  return `${kind}/${metadata.namespace ?? ''}/${metadata.name}`
}

/** What a writer cannot change, whatever it sends. */
function keepIdentity(after: Metadata, before: Metadata): Metadata {
  const kept: Metadata = {
    ...after,
    uid: before.uid,
    creationTimestamp: before.creationTimestamp,
    resourceVersion: before.resourceVersion,
  }
  if (before.generation !== undefined) kept.generation = before.generation
  return kept
}

function specOf(object: Resource): unknown {
  return 'spec' in object ? object.spec : undefined
}
