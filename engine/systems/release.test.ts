import { describe, expect, test } from 'vitest'

import { rollbackTarget } from './release.ts'
import type { Release, ReleaseStatus } from './release.ts'

function release(revision: number, status: ReleaseStatus, more: Partial<Release> = {}): Release {
  const version = more.version ?? `v1.${revision}.0`
  const images = { backend: `backend:${version}` }
  return { revision, version, status, mark: `job-${revision}`, by: 'maria', at: '', images, ...more }
}

describe('a rollback without a revision goes back', () => {
  test('to the release before', () => {
    const current = release(3, 'deployed')
    const history = [current, release(2, 'superseded'), release(1, 'superseded')]
    expect(rollbackTarget(history, current)?.revision).toBe(2)
  })

  test('past releases that failed or were rolled back', () => {
    const current = release(5, 'deployed')
    const history = [current, release(4, 'failed'), release(3, 'rolled-back'), release(2, 'superseded')]
    expect(rollbackTarget(history, current)?.revision).toBe(2)
  })

  test('from a release that failed to the one that was live', () => {
    const current = release(3, 'failed')
    expect(rollbackTarget([current, release(2, 'deployed')], current)?.revision).toBe(2)
  })

  test('further back after a rollback, never forward to what was left', () => {
    const current = release(4, 'deployed', { rollbackOf: 2, version: 'v1.2.0' })
    const history = [current, release(3, 'rolled-back'), release(2, 'superseded'), release(1, 'superseded')]
    expect(rollbackTarget(history, current)?.revision).toBe(1)
  })

  test('to another version: the same images again would change nothing', () => {
    const current = release(3, 'deployed', { version: 'v2.0.0' })
    const history = [current, release(2, 'superseded', { version: 'v2.0.0' }), release(1, 'superseded')]
    expect(rollbackTarget(history, current)?.revision).toBe(1)
  })

  test('nowhere when there is nothing older', () => {
    const current = release(1, 'deployed')
    expect(rollbackTarget([current], current)).toBeUndefined()
  })
})
