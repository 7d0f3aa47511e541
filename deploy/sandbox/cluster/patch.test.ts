import { describe, expect, test } from 'vitest'

import { applyPatch } from './patch.ts'

const merge = 'application/merge-patch+json'
const strategic = 'application/strategic-merge-patch+json'
const operations = 'application/json-patch+json'

describe('a merge patch', () => {
  test('changes, adds and removes fields, and replaces lists', () => {
    const target = { a: 1, b: { c: 2, d: 3 }, list: [1, 2] }
    expect(applyPatch(merge, target, { b: { c: null, e: 4 }, list: [3] })).toEqual({
      a: 1,
      b: { d: 3, e: 4 },
      list: [3],
    })
    expect(target.list).toEqual([1, 2])
  })
})

describe('a strategic merge patch', () => {
  const target = {
    containers: [
      { name: 'app', image: 'app:1', env: [{ name: 'A', value: '1' }] },
      { name: 'proxy', image: 'proxy:1' },
    ],
    args: ['x', 'y'],
  }

  test('finds a container by its name and leaves the others', () => {
    expect(applyPatch(strategic, target, { containers: [{ name: 'app', image: 'app:2' }] })).toEqual({
      ...target,
      containers: [{ name: 'app', image: 'app:2', env: [{ name: 'A', value: '1' }] }, target.containers[1]],
    })
  })

  test('adds an item of a new name, as the real API does', () => {
    const patched = applyPatch(strategic, target, { containers: [{ name: 'typo', image: 'app:2' }] })
    expect(patched).toMatchObject({ containers: [{ name: 'app' }, { name: 'proxy' }, { name: 'typo' }] })
  })

  test('deletes what a directive says and replaces plain lists', () => {
    const patch = { containers: [{ name: 'proxy', $patch: 'delete' }], args: ['z'] }
    expect(applyPatch(strategic, target, patch)).toEqual({ containers: [target.containers[0]], args: ['z'] })
  })

  test('refuses an item without its merge key', () => {
    expect(() => applyPatch(strategic, target, { containers: [{ image: 'x' }] })).toThrow(
      'does not contain declared merge key: name',
    )
  })
})

describe('a JSON patch', () => {
  test('adds, replaces and removes, with escaped keys', () => {
    const target = { metadata: { annotations: { 'a/b': '1' } }, list: [1, 2, 3] }
    const patch = [
      { op: 'test', path: '/list/0', value: 1 },
      { op: 'replace', path: '/metadata/annotations/a~1b', value: '2' },
      { op: 'add', path: '/list/-', value: 4 },
      { op: 'remove', path: '/list/0' },
    ]
    expect(applyPatch(operations, target, patch)).toEqual({
      metadata: { annotations: { 'a/b': '2' } },
      list: [2, 3, 4],
    })
  })

  test.each([
    [{ op: 'test', path: '/a', value: 2 }, 'testing value /a failed'],
    [{ op: 'remove', path: '/b' }, 'does not exist'],
    [{ op: 'replace', path: '/b/c', value: 1 }, 'does not exist'],
    [{ op: 'move', path: '/a', from: '/b' }, 'cannot be applied'],
  ])('refuses %o', (operation, message) => {
    expect(() => applyPatch(operations, { a: 1 }, [operation])).toThrow(message)
  })
})

test('a patch of another type is refused', () => {
  expect(() => applyPatch('text/plain', {}, {})).toThrow('unknown format')
})
