// Where backups are kept: S3, or any store that speaks it.
import { Readable } from 'node:stream'
import type * as Sdk from '@aws-sdk/client-s3'
import { StepFailure } from '../failures.ts'

export type ObjectStoreOptions = {
  bucket: string
  /** Another store than Amazon's; its buckets are then addressed by path. */
  endpoint?: string | undefined
  region?: string | undefined
  /** Absent: as the AWS SDK finds them (AWS_ACCESS_KEY_ID, a profile, the machine's role). */
  credentials?: { accessKeyId: string; secretAccessKey: string } | undefined
  /** How long the store may stay silent before we give up. Default 60. */
  timeoutSeconds?: number
}

type StoredObject = { key: string; bytes: number }
type Effort = { signal?: AbortSignal | undefined }

/** Every method throws a StepFailure that says what to do when the store cannot or will not. */
export type ObjectStore = {
  bucket: string
  /** Stores all of `body`, or nothing. `onlyIfAbsent`: false when the key is taken, and nothing is stored. */
  putText(key: string, body: string, options?: Effort & { onlyIfAbsent?: boolean }): Promise<boolean>
  /** Stores a stream of any length in parts; nothing appears under the key before all of it is there. */
  putStream(key: string, body: Readable, options?: Effort): Promise<void>
  getText(key: string, options?: Effort): Promise<string>
  getStream(key: string, options?: Effort): Promise<Readable>
  /** Null when there is no such object. */
  head(key: string, options?: Effort): Promise<StoredObject | null>
  list(prefix: string, options?: Effort): Promise<StoredObject[]>
  /** Also succeeds when there is no such object. */
  delete(key: string, options?: Effort): Promise<void>
  close(): Promise<void>
}

class ObjectStoreFailure extends StepFailure {}

/** Connects on first use; the AWS SDK is loaded only then. */
export function openObjectStore(options: ObjectStoreOptions): ObjectStore {
  const { bucket } = options
  let connection: Promise<Connection> | undefined
  const call = async <T>(
    { key, signal }: Target,
    work: (connection: Connection) => Promise<T>,
  ): Promise<T> => {
    connection ??= connect(options)
    try {
      return await work(await connection)
    } catch (error) {
      signal?.throwIfAborted()
      throw failure(error, { bucket, key, endpoint: options.endpoint ?? 'Amazon S3' })
    }
  }
  return {
    bucket,
    putText: (key, body, { signal, onlyIfAbsent } = {}) =>
      call({ key, signal }, async ({ client, sdk }) => {
        const condition = onlyIfAbsent ? { IfNoneMatch: '*' } : {}
        const put = new sdk.PutObjectCommand({ Bucket: bucket, Key: key, Body: body, ...condition })
        return await client.send(put, request(signal)).then(() => true, falseWhenTaken)
      }),
    putStream: (key, body, { signal } = {}) =>
      call({ key, signal }, (connected) => upload(connected, { bucket, key, body, signal })),
    getText: (key, { signal } = {}) =>
      call({ key, signal }, async ({ client, sdk }) => {
        const got = await client.send(new sdk.GetObjectCommand({ Bucket: bucket, Key: key }), request(signal))
        return (await got.Body?.transformToString()) ?? ''
      }),
    getStream: (key, { signal } = {}) =>
      call({ key, signal }, async ({ client, sdk }) => {
        const got = await client.send(new sdk.GetObjectCommand({ Bucket: bucket, Key: key }), request(signal))
        if (!(got.Body instanceof Readable)) throw new Error(`The store sent no body for ${key}`)
        return got.Body
      }),
    head: (key, { signal } = {}) =>
      call({ key, signal }, async ({ client, sdk }) => {
        const head = new sdk.HeadObjectCommand({ Bucket: bucket, Key: key })
        const found = await client.send(head, request(signal)).catch(nullWhenMissing)
        return found && { key, bytes: found.ContentLength ?? 0 }
      }),
    list: (prefix, { signal } = {}) =>
      call({ key: prefix, signal }, async ({ client, sdk }) => {
        const found: StoredObject[] = []
        const pages = sdk.paginateListObjectsV2(
          { client },
          { Bucket: bucket, Prefix: prefix },
          request(signal),
        )
        for await (const page of pages) {
          for (const { Key, Size } of page.Contents ?? []) if (Key) found.push({ key: Key, bytes: Size ?? 0 })
        }
        return found
      }),
    delete: (key, { signal } = {}) =>
      call({ key, signal }, async ({ client, sdk }) => {
        await client.send(new sdk.DeleteObjectCommand({ Bucket: bucket, Key: key }), request(signal))
      }),
    close: async () => {
      const connected = await connection
      connected?.client.destroy()
    },
  }
}

type Target = { key: string; signal: AbortSignal | undefined }
type Connection = { client: Sdk.S3Client; sdk: typeof Sdk }

async function connect(options: ObjectStoreOptions): Promise<Connection> {
  const sdk = await import('@aws-sdk/client-s3')
  const milliseconds = (options.timeoutSeconds ?? 60) * 1000
  const { endpoint, credentials } = options
  const region = options.region ?? (endpoint ? 'us-east-1' : undefined)
  const client = new sdk.S3Client({
    ...(endpoint ? { endpoint, forcePathStyle: true } : {}),
    ...(region ? { region } : {}),
    ...(credentials ? { credentials } : {}),
    maxAttempts: 4,
    requestHandler: { connectionTimeout: Math.min(5_000, milliseconds), socketTimeout: milliseconds },
  })
  return { client, sdk }
}

const partBytes = 16 * 1024 * 1024
type UploadRequest = { bucket: string; key: string; body: Readable; signal: AbortSignal | undefined }

async function upload({ client }: Connection, { bucket, key, body, signal }: UploadRequest): Promise<void> {
  signal?.throwIfAborted()
  const { Upload } = await import('@aws-sdk/lib-storage')
  const uploading = new Upload({
    client,
    params: { Bucket: bucket, Key: key, Body: body },
    partSize: partBytes,
    queueSize: 4,
  })
  const abort = () => void uploading.abort()
  signal?.addEventListener('abort', abort, { once: true })
  try {
    await uploading.done()
  } catch (error) {
    if (!body.errored) throw error
    const reason = body.errored.message
    throw new ObjectStoreFailure(
      'upload-source-broken',
      { key, reason },
      `What should be stored as ${key} could not be read: ${reason}`,
    )
  } finally {
    signal?.removeEventListener('abort', abort)
  }
}

function request(signal: AbortSignal | undefined): { abortSignal?: AbortSignal } {
  return signal ? { abortSignal: signal } : {}
}

function falseWhenTaken(error: unknown): false {
  if (nameOf(error) === 'PreconditionFailed') return false
  throw error
}

function nullWhenMissing(error: unknown): null {
  if (nameOf(error) === 'NotFound' || nameOf(error) === 'NoSuchKey') return null
  throw error
}

type Where = { bucket: string; key: string; endpoint: string }

/** The vendor's names of errors: docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html */
function failure(error: unknown, where: Where): unknown {
  const { bucket, key, endpoint } = where
  const name = nameOf(error)
  if (error instanceof StepFailure) return error
  const status = statusOf(error)
  if (name === 'NoSuchBucket') {
    const message = `The bucket ${bucket} does not exist at ${endpoint}. Create it, or correct BACKUP_BUCKET, then retry.`
    return new ObjectStoreFailure('bucket-missing', { bucket, endpoint }, message)
  }
  if (name === 'NoSuchKey' || name === 'NotFound') {
    const message = `There is no object ${key} in the bucket ${bucket}. It may have been deleted; choose another backup.`
    return new ObjectStoreFailure('object-missing', { bucket, key }, message)
  }
  if (status === 401 || status === 403 || name === 'CredentialsProviderError') {
    const message = `The object store at ${endpoint} does not let Plantão in (${name}). Check AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY and what they may do in the bucket ${bucket}, then retry.`
    return new ObjectStoreFailure('object-store-refused', { bucket, endpoint, reason: name }, message)
  }
  const reason =
    error instanceof Error && error.message !== 'UnknownError' ? `${name}: ${error.message}` : name
  const message = `The object store at ${endpoint} could not be used (${reason}). Check that it is up and that this machine may reach it, then retry.`
  return new ObjectStoreFailure('object-store-unreachable', { bucket, endpoint, reason }, message)
}

function nameOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  return 'code' in error && typeof error.code === 'string' ? error.code : error.name
}

function statusOf(error: unknown): number | null {
  if (!(error instanceof Error) || !('$metadata' in error)) return null
  const metadata = error.$metadata
  if (typeof metadata !== 'object' || metadata === null || !('httpStatusCode' in metadata)) return null
  return Number(metadata.httpStatusCode)
}
