import fc from 'fast-check'
import { expect, test } from 'vitest'

import type { Deployment, ReplicaSet } from './objects.ts'
import { limitsOf, nextScale } from './scaling.ts'

const limit = fc.oneof(
  fc.integer({ min: 0, max: 3 }),
  fc.integer({ min: 0, max: 100 }).map((percent) => `${percent}%`),
)

test('a rollout ends, and on its way stays within maxSurge and maxUnavailable', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 8 }), limit, limit, (replicas, maxSurge, maxUnavailable) => {
      const deployment = deploymentOf(replicas, { maxSurge, maxUnavailable })
      const { surge, unavailable } = limitsOf(deployment)
      let newSet = setOf('new', { replicas: 0, available: 0 })
      let oldSet = setOf('old', { replicas, available: replicas })
      for (let step = 0; step < 100; step += 1) {
        const goal = new Map(nextScale(deployment, newSet, [oldSet]))
        newSet = setOf('new', { replicas: goal.get(newSet) ?? 0, available: newSet.status.replicas })
        const old = goal.get(oldSet) ?? 0
        oldSet = setOf('old', { replicas: old, available: old })
        const ready = (newSet.status.availableReplicas ?? 0) + old
        expect(newSet.spec.replicas + old).toBeLessThanOrEqual(replicas + surge)
        expect(ready).toBeGreaterThanOrEqual(replicas - unavailable)
      }
      expect([newSet.spec.replicas, oldSet.spec.replicas]).toEqual([replicas, 0])
    }),
  )
})

test('pods that are not ready go first: a broken release costs no healthy pod on the way back', () => {
  const deployment = deploymentOf(3, { maxSurge: 1, maxUnavailable: 0 })
  const back = setOf('back', { replicas: 2, available: 2 })
  const broken = setOf('broken', { replicas: 2, available: 0 })
  const healthy = setOf('healthy', { replicas: 1, available: 1 })
  const goal = new Map(nextScale(deployment, back, [broken, healthy]))
  expect(goal.get(broken)).toBeLessThan(2)
  expect(goal.get(healthy)).toBe(1)
})

test('Recreate waits until the old pods are gone', () => {
  const deployment = deploymentOf(2, { maxSurge: 1, maxUnavailable: 0 })
  deployment.spec.strategy.type = 'Recreate'
  const newSet = setOf('new', { replicas: 0, available: 0 })
  const old = setOf('old', { replicas: 2, available: 2 })
  expect(nextScale(deployment, newSet, [old])).toEqual([[old, 0]])
  const gone = setOf('old', { replicas: 0, available: 0 })
  expect(new Map(nextScale(deployment, newSet, [gone])).get(newSet)).toBe(2)
})

const metadata = { uid: '', resourceVersion: '1', creationTimestamp: '' }
const template = { metadata: { labels: {} }, spec: { containers: [] } }
const selector = { matchLabels: {} }

function deploymentOf(
  replicas: number,
  rollingUpdate: { maxSurge: number | string; maxUnavailable: number | string },
): Deployment {
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { ...metadata, name: 'backend' },
    spec: {
      replicas,
      selector,
      template,
      strategy: { type: 'RollingUpdate', rollingUpdate },
      progressDeadlineSeconds: 600,
      revisionHistoryLimit: 10,
    },
    status: {},
  }
}

/** Whatever of the wanted pods is not ready yet still counts as a pod. */
function setOf(name: string, { replicas, available }: { replicas: number; available: number }): ReplicaSet {
  return {
    apiVersion: 'apps/v1',
    kind: 'ReplicaSet',
    metadata: { ...metadata, name },
    spec: { replicas, selector, template },
    status: { replicas, availableReplicas: Math.min(available, replicas) },
  }
}
