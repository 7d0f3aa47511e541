import { expect, test } from 'vitest'

import { createStore } from './store.ts'

function storeWithMap() {
  const store = createStore()
  const map = store.create('configmaps', {
    metadata: { name: 'flags', namespace: 'staging' },
    data: { n: '0' },
  })
  return { store, map }
}

test('every change has a resourceVersion of its own, and nothing is changed by writing the same', () => {
  const { store, map } = storeWithMap()
  const changed = store.update('configmaps', { ...map, data: { n: '1' } })
  expect(Number(changed.metadata.resourceVersion)).toBe(Number(map.metadata.resourceVersion) + 1)
  expect(store.update('configmaps', changed)).toBe(changed)
})

test('a watcher gets every change after the version it has read, and no other', () => {
  const { store, map } = storeWithMap()
  const readAt = store.resourceVersion()
  store.update('configmaps', { ...map, data: { n: '1' } })
  store.remove('configmaps', 'staging', 'flags')
  expect(store.changesSince(readAt).map(({ type }) => type)).toEqual(['MODIFIED', 'DELETED'])
})

test('a watcher that was away too long is sent to read everything again', () => {
  const { store, map } = storeWithMap()
  const readAt = store.resourceVersion()
  let latest = map
  for (let n = 1; n <= 2100; n += 1)
    latest = store.update('configmaps', { ...latest, data: { n: String(n) } })
  expect(() => store.changesSince(readAt)).toThrow('too old resource version')
  expect(store.changesSince(store.resourceVersion())).toEqual([])
})

test('a writer cannot change what an object is', () => {
  const { store, map } = storeWithMap()
  const metadata = { ...map.metadata, uid: 'forged', creationTimestamp: '1999-01-01T00:00:00Z' }
  const after = store.update('configmaps', { ...map, metadata, data: { n: '1' } })
  expect(after.metadata).toMatchObject({
    uid: map.metadata.uid,
    creationTimestamp: map.metadata.creationTimestamp,
  })
})
