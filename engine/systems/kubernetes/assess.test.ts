import type { V1ContainerStatus, V1Deployment, V1DeploymentStatus, V1Pod } from '@kubernetes/client-node'
import { describe, expect, test } from 'vitest'

import { assess } from './assess.ts'

const image = 'ml-bling-sync/backend:v1.4.0'

describe('a rollout is settled', () => {
  const done = { updatedReplicas: 2, replicas: 2, availableReplicas: 2 }

  test('when every pod is of the release and available', () => {
    expect(assessed({ status: done }, [pod('a'), pod('b')])).toEqual({
      state: 'settled',
      ready: 2,
      wanted: 2,
    })
  })

  test.each([
    ['the controller has not seen the change', { ...done, observedGeneration: 1 }],
    ['a pod is still to be made', { ...done, updatedReplicas: 1, replicas: 2 }],
    ['an old pod is still there', { ...done, replicas: 3 }],
    ['a pod is not available yet', { ...done, availableReplicas: 1 }],
    ['there is no status yet', {}],
  ])('but not while %s', (_, status) => {
    expect(assessed({ status }, [pod('a')])).toMatchObject({ state: 'waiting', ready: 1 })
  })

  test('at once when no pods are wanted', () => {
    expect(assessed({ replicas: 0, status: {} }, [])).toEqual({ state: 'settled', ready: 0, wanted: 0 })
  })
})

describe('a rollout has failed', () => {
  test.each(['ImagePullBackOff', 'InvalidImageName', 'CreateContainerConfigError'])(
    'as soon as a new pod has %s',
    (reason) => {
      const waiting = { waiting: { reason, message: 'why' } }
      expect(assessed({}, [pod('a'), pod('b', { state: waiting })])).toMatchObject({
        state: 'failed',
        ready: 1,
        trouble: { pod: 'b', reason, detail: 'why' },
      })
    },
  )

  test('when a pod crashes again and again, not at its first crash', () => {
    const crashing = (restartCount: number) =>
      pod('a', { state: { waiting: { reason: 'CrashLoopBackOff' } }, restartCount })
    expect(assessed({}, [crashing(1)])).toMatchObject({
      state: 'waiting',
      trouble: { reason: 'CrashLoopBackOff' },
    })
    expect(assessed({}, [crashing(3)])).toMatchObject({ state: 'failed' })
  })

  test('with what the crash came from, where that is memory', () => {
    const state = { waiting: { reason: 'CrashLoopBackOff', message: 'back-off 40s' } }
    const lastState = { terminated: { exitCode: 137, reason: 'OOMKilled' } }
    expect(assessed({}, [pod('a', { state, lastState, restartCount: 3 })])).toMatchObject({
      state: 'failed',
      trouble: { pod: 'a', reason: 'OOMKilled', detail: 'back-off 40s' },
    })
  })

  test('when the cluster gave up, with what stands in the way', () => {
    const conditions = [progressing('ProgressDeadlineExceeded')]
    const unready = pod('a', { ready: false })
    expect(assessed({ status: { conditions } }, [unready])).toMatchObject({
      state: 'failed',
      trouble: { pod: 'a', reason: 'NotReady' },
    })
    const quota = {
      type: 'ReplicaFailure',
      status: 'True',
      reason: 'FailedCreate',
      message: 'exceeded quota',
    }
    expect(assessed({ status: { conditions: [...conditions, quota] } }, [])).toMatchObject({
      state: 'failed',
      trouble: { reason: 'FailedCreate', detail: 'exceeded quota' },
    })
  })

  test('when its Deployment is paused', () => {
    expect(assessed({ paused: true }, [])).toMatchObject({
      state: 'failed',
      trouble: { reason: 'DeploymentPaused' },
    })
  })

  test('but not for the deadline of the release before', () => {
    const conditions = [progressing('ProgressDeadlineExceeded')]
    expect(assessed({ status: { conditions, observedGeneration: 1 } }, [])).toMatchObject({
      state: 'waiting',
    })
  })

  test('but not for a pod of another version, of another deployment or on its way out', () => {
    const broken = { state: { waiting: { reason: 'ImagePullBackOff' } } }
    const old = pod('old', { ...broken, image: 'ml-bling-sync/backend:v1.3.0' })
    const other = pod('other', { ...broken, app: 'worker' })
    const leaving = pod('leaving', broken)
    if (leaving.metadata) leaving.metadata.deletionTimestamp = new Date()
    expect(assessed({}, [old, other, leaving])).toEqual({ state: 'waiting', ready: 0, wanted: 2 })
  })
})

test('a pod that finds no node is worth saying, and may still find one', () => {
  const pending = pod('a', { ready: false })
  pending.status = {
    phase: 'Pending',
    conditions: [{ type: 'PodScheduled', status: 'False', reason: 'Unschedulable', message: '0/1 nodes' }],
  }
  expect(assessed({}, [pending])).toMatchObject({
    state: 'waiting',
    trouble: { pod: 'a', reason: 'Unschedulable', detail: '0/1 nodes' },
  })
})

type Parts = { replicas?: number; paused?: boolean; status?: Partial<V1DeploymentStatus> }

function assessed({ replicas = 2, paused = false, status = {} }: Parts, pods: V1Pod[]) {
  const deployment: V1Deployment = {
    metadata: { name: 'backend', generation: 2 },
    spec: { replicas, paused, selector: { matchLabels: { app: 'backend' } }, template: {} },
    status: Object.assign({ observedGeneration: 2 }, status),
  }
  return assess({ component: 'backend', container: 'backend', image, deployment, pods })
}

type PodParts = Partial<
  Pick<V1ContainerStatus, 'state' | 'lastState' | 'restartCount' | 'image' | 'ready'>
> & {
  app?: string
}

function pod(name: string, parts: PodParts = {}): V1Pod {
  const { state = { running: {} }, restartCount = 0, app = 'backend' } = parts
  const ready = parts.ready ?? !parts.state
  const status: V1ContainerStatus = {
    name: 'backend',
    image: '',
    imageID: '',
    ready,
    restartCount,
    state,
    ...(parts.lastState && { lastState: parts.lastState }),
  }
  return {
    metadata: { name, labels: { app } },
    spec: { containers: [{ name: 'backend', image: parts.image ?? image }] },
    status: {
      phase: 'Running',
      conditions: [{ type: 'Ready', status: ready ? 'True' : 'False' }],
      containerStatuses: [status],
    },
  }
}

function progressing(reason: string) {
  return { type: 'Progressing', status: 'False', reason, message: '' }
}
