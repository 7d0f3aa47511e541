import { kinds, resourceName } from './objects.ts'
import type { KindName } from './objects.ts'

type Details = { name?: string; group?: string; kind?: string; causes?: Cause[] }
type Cause = { reason: string; message: string; field: string }

/** A refusal in the words and the shape of the real API server (a `Status` object). */
export class StatusError extends Error {
  readonly code: number
  readonly reason: string
  readonly details: Details

  constructor(code: number, reason: string, said: { message: string; details?: Details }) {
    super(said.message)
    this.code = code
    this.reason = reason
    this.details = said.details ?? {}
  }

  body() {
    return {
      kind: 'Status',
      apiVersion: 'v1',
      metadata: {},
      status: 'Failure',
      message: this.message,
      reason: this.reason,
      details: this.details,
      code: this.code,
    }
  }
}

export function notFound(kind: KindName, name: string): StatusError {
  return new StatusError(404, 'NotFound', {
    message: `${resourceName(kind)} "${name}" not found`,
    details: detailsOf(kind, name),
  })
}

export function unknownPath(): StatusError {
  return new StatusError(404, 'NotFound', { message: 'the server could not find the requested resource' })
}

export function alreadyExists(kind: KindName, name: string): StatusError {
  return new StatusError(409, 'AlreadyExists', {
    message: `${resourceName(kind)} "${name}" already exists`,
    details: detailsOf(kind, name),
  })
}

export function conflict(kind: KindName, name: string): StatusError {
  return new StatusError(409, 'Conflict', {
    message: `Operation cannot be fulfilled on ${resourceName(kind)} "${name}": the object has been modified; please apply your changes to the latest version and try again`,
    details: detailsOf(kind, name),
  })
}

export function invalid(
  kind: KindName,
  name: string,
  cause: { field: string; message: string },
): StatusError {
  return new StatusError(422, 'Invalid', {
    message: `${kinds[kind].kind}${kinds[kind].group ? `.${kinds[kind].group}` : ''} "${name}" is invalid: ${cause.field}: ${cause.message}`,
    details: {
      ...detailsOf(kind, name),
      kind: kinds[kind].kind,
      causes: [{ reason: 'FieldValueInvalid', ...cause }],
    },
  })
}

export function badRequest(message: string): StatusError {
  return new StatusError(400, 'BadRequest', { message })
}

export function unauthorized(): StatusError {
  return new StatusError(401, 'Unauthorized', { message: 'Unauthorized' })
}

export function gone(resourceVersion: string): StatusError {
  return new StatusError(410, 'Expired', { message: `too old resource version: ${resourceVersion}` })
}

function detailsOf(kind: KindName, name: string): Details {
  return { name, ...(kinds[kind].group ? { group: kinds[kind].group } : {}), kind }
}
