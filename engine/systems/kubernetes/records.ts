import { createHash } from 'node:crypto'

import type { V1ConfigMap } from '@kubernetes/client-node'
import { z } from 'zod'

import type { Action, ClusterClient } from './client.ts'
import { ClusterRefused, ReleaseRecordInvalid, UnknownRevision } from '../release-errors.ts'
import { releaseStatuses } from '../release.ts'
import type { Release, ReleaseStatus } from '../release.ts'

export type ReleaseRecords = ReturnType<typeof releaseRecords>

/**
 * The release history of an environment, kept in the cluster itself as Helm keeps its own: one ConfigMap per
 * release. Its name holds the revision, so creating it is what allots the revision to one writer only.
 */
export function releaseRecords(cluster: ClusterClient, of: { environment: string; namespace: string }) {
  const { environment, namespace } = of

  function action(verb: Action['verb'], name = ''): Action {
    return { verb, resource: 'configmaps', namespace, name }
  }

  async function list(labels: Record<string, string> = {}): Promise<Release[]> {
    const wanted = Object.entries({ ...ownLabels(environment), ...labels })
    const labelSelector = wanted.map((label) => label.join('=')).join(',')
    const found = await cluster.call(action('list'), ({ core }) =>
      core.listNamespacedConfigMap({ namespace, labelSelector }),
    )
    return found.items.map(releaseOf).toSorted((a, b) => b.revision - a.revision)
  }

  /** Writes the status from what was read; a writer who came between makes it read again. */
  async function setStatus(revision: number, status: ReleaseStatus): Promise<void> {
    const name = recordName(environment, revision)
    const record = await cluster.call(action('get', name), ({ core }) =>
      core.readNamespacedConfigMap({ name, namespace }),
    )
    if (record.data?.['status'] === status) return
    const body = {
      metadata: {
        resourceVersion: record.metadata?.resourceVersion,
        labels: { 'plantao.dev/status': status },
      },
      data: { status },
    }
    try {
      const contentType = 'application/merge-patch+json'
      await cluster.call({ ...action('patch', name), contentType }, ({ core }) =>
        core.patchNamespacedConfigMap({ name, namespace, body }),
      )
    } catch (error) {
      if (!isRefusal(error, 409)) throw error
      await setStatus(revision, status)
    }
  }

  return {
    /** Newest first. */
    list: () => list(),

    async findByMark(mark: string): Promise<Release | null> {
      const found = await list({ 'plantao.dev/mark-hash': hashOf(mark) })
      return found.find((release) => release.mark === mark) ?? null
    },

    /** False when the revision is taken already. */
    async create(release: Release): Promise<boolean> {
      const body = recordOf(environment, release)
      try {
        await cluster.call(action('create', body.metadata.name), ({ core }) =>
          core.createNamespacedConfigMap({ namespace, body }),
        )
        return true
      } catch (error) {
        if (isRefusal(error, 409)) return false
        throw error
      }
    },

    setStatus,

    async get(revision: number): Promise<Release> {
      const history = await list()
      return releaseIn(history, revision, environment)
    },
  }
}

export function releaseIn(history: Release[], revision: number, environment: string): Release {
  const found = history.find((release) => release.revision === revision)
  if (found) return found
  const existing = history.map((release) => release.revision).join(', ')
  throw new UnknownRevision({ revision, environment, existing })
}

export function isRefusal(error: unknown, status: number): boolean {
  return error instanceof ClusterRefused && error.status === status
}

const Images = z.record(z.string(), z.string())
const Data = z.object({
  revision: z.coerce.number().int().min(1),
  version: z.string(),
  status: z.enum(releaseStatuses),
  mark: z.string(),
  by: z.string(),
  at: z.string(),
  rollbackOf: z.coerce.number().int().min(1).optional(),
  images: z
    .string()
    .transform((text, context) => {
      try {
        return JSON.parse(text) as unknown
      } catch {
        context.addIssue({ code: 'custom', message: 'is not JSON' })
        return z.NEVER
      }
    })
    .pipe(Images),
})

function releaseOf(record: V1ConfigMap): Release {
  const parsed = Data.safeParse(record.data)
  if (parsed.success) {
    const { rollbackOf, ...release } = parsed.data
    return rollbackOf === undefined ? release : { ...release, rollbackOf }
  }
  const issue = parsed.error.issues[0]
  throw new ReleaseRecordInvalid({
    record: record.metadata?.name ?? '',
    namespace: record.metadata?.namespace ?? '',
    problem: `${issue?.path.join('.') ?? 'data'}: ${issue?.message ?? 'unreadable'}`,
  })
}

function recordOf(environment: string, release: Release) {
  return {
    metadata: {
      name: recordName(environment, release.revision),
      labels: {
        ...ownLabels(environment),
        'plantao.dev/mark-hash': hashOf(release.mark),
        'plantao.dev/status': release.status,
      },
    },
    data: {
      revision: String(release.revision),
      version: release.version,
      status: release.status,
      mark: release.mark,
      by: release.by,
      at: release.at,
      images: JSON.stringify(release.images),
      ...(release.rollbackOf === undefined ? {} : { rollbackOf: String(release.rollbackOf) }),
    },
  }
}

function recordName(environment: string, revision: number): string {
  return `plantao-release-${environment}-v${revision}`
}

function ownLabels(environment: string): Record<string, string> {
  return { owner: 'plantao', 'plantao.dev/environment': environment }
}

/** A label holds at most 63 plain characters; a mark may be anything. */
function hashOf(mark: string): string {
  return createHash('sha256').update(mark).digest('hex').slice(0, 40)
}
