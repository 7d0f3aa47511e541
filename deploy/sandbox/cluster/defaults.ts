import { z } from 'zod'

import type { AnyObject, Deployment, KindName, PodTemplate } from './objects.ts'
import { badRequest, invalid } from './status.ts'

const name = z
  .string()
  .max(253)
  .regex(
    /^[a-z0-9]([-.a-z0-9]*[a-z0-9])?$/,
    'a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, "-" or "."',
  )
const labelValue = z
  .string()
  .max(63, 'must be no more than 63 characters')
  .regex(
    /^([A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?)?$/,
    'a valid label must consist of alphanumeric characters, "-", "_" or "."',
  )
const labels = z.record(z.string(), labelValue)
const metadata = z.looseObject({
  name,
  namespace: z.string().optional(),
  labels: labels.optional(),
  annotations: z.record(z.string(), z.string()).optional(),
})

const podSpec = z.looseObject({
  containers: z
    .array(z.looseObject({ name: z.string().min(1), image: z.string().min(1, 'Required value') }))
    .min(1, 'Required value'),
})

const limit = z.union([z.int().min(0), z.string().regex(/^\d+%$/)])
const defaultLimits = { maxSurge: '25%', maxUnavailable: '25%' }
const deploymentSpec = z.looseObject({
  replicas: z.int().min(0, 'must be greater than or equal to 0').default(1),
  selector: z.looseObject({ matchLabels: labels }),
  template: z.looseObject({ metadata: z.looseObject({ labels }), spec: podSpec }),
  strategy: z
    .looseObject({
      type: z.enum(['RollingUpdate', 'Recreate']).default('RollingUpdate'),
      rollingUpdate: z
        .object({ maxSurge: limit.default('25%'), maxUnavailable: limit.default('25%') })
        .default(defaultLimits),
    })
    .default({ type: 'RollingUpdate', rollingUpdate: defaultLimits }),
  paused: z.boolean().optional(),
  progressDeadlineSeconds: z.int().min(1).default(600),
  revisionHistoryLimit: z.int().min(0).default(10),
})

const data = z.record(z.string().regex(/^[-._a-zA-Z0-9]+$/), z.string())
const shapes: Record<KindName, z.ZodType> = {
  deployments: z.looseObject({ metadata, spec: deploymentSpec, status: z.looseObject({}).default({}) }),
  replicasets: z.looseObject({
    metadata,
    spec: z.looseObject({}),
    status: z.looseObject({}).default({ replicas: 0 }),
  }),
  pods: z.looseObject({ metadata, spec: podSpec, status: z.looseObject({}).default({ phase: 'Pending' }) }),
  configmaps: z.looseObject({ metadata, data: data.optional() }),
  secrets: z.looseObject({ metadata, data: data.optional() }),
  events: z.looseObject({ metadata }),
  namespaces: z.looseObject({ metadata }),
  nodes: z.looseObject({ metadata }),
}

/** A body as the API server admits it: checked and filled with the kind's defaults, or refused with 422. */
export function admit<K extends KindName>(kind: K, body: unknown): AnyObject {
  if (typeof body !== 'object' || body === null) throw badRequest('the request body is not an object')
  const parsed = shapes[kind].safeParse(body)
  if (parsed.success) {
    if (kind !== 'deployments') return parsed.data as AnyObject
    const deployment = parsed.data as Deployment
    requireMatchingSelector(deployment)
    const template = withoutEmpty(deployment.spec.template) as PodTemplate
    return { ...deployment, spec: { ...deployment.spec, template } }
  }
  const issue = parsed.error.issues[0]
  const field = (issue?.path ?? [])
    .map((key) => (typeof key === 'number' ? `[${key}]` : String(key)))
    .join('.')
  throw invalid(kind, nameIn(body), {
    field: field.replaceAll('.[', '['),
    message: `Invalid value: ${issue?.message ?? ''}`,
  })
}

function requireMatchingSelector({ metadata, spec }: Deployment): void {
  const labels = spec.template.metadata.labels
  if (Object.entries(spec.selector.matchLabels).every(([key, value]) => labels[key] === value)) return
  throw invalid('deployments', metadata.name, {
    field: 'spec.template.metadata.labels',
    message: 'Invalid value: `selector` does not match template `labels`',
  })
}

/** Typed clients send `creationTimestamp: null` and `resources: {}`, which mean the same as nothing. */
function withoutEmpty(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutEmpty)
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value).map(([key, inner]) => [key, withoutEmpty(inner)] as const)
  return Object.fromEntries(
    entries.filter(
      ([, inner]) => inner !== null && !(typeof inner === 'object' && Object.keys(inner ?? {}).length === 0),
    ),
  )
}

function nameIn(body: object): string {
  const found = z.object({ metadata: z.object({ name: z.string() }) }).safeParse(body)
  return found.success ? found.data.metadata.name : ''
}
