// The backups' bucket: s3rver keeps the objects, and this front adds the rules of S3 it does not know.
import { createHash, randomBytes, randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { createReadStream, createWriteStream, existsSync } from 'node:fs'
import { mkdir, rm } from 'node:fs/promises'
import {
  createServer,
  request as send,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import S3rver from 's3rver'
import { signatureProblem, type AccessKey } from './aws-signature.ts'

export type ObjectStore = AccessKey & {
  url: string
  bucket: string
  region: string
  /** How often each key was stored whole. */
  puts: ReadonlyMap<string, number>
  /** Where the object's bytes lie, for tests that damage them. */
  file(key: string): string
  /** Answer everything with this HTTP status and error code (such as 503 SlowDown); null ends the outage. */
  fail(outage: { status: number; code: string } | null): void
  close(): Promise<void>
}

export type ObjectStoreOptions = { dir: string; port: number; bucket?: string; key?: AccessKey }

/** Starts the store on 127.0.0.1; what `dir` holds from an earlier start is still there. */
export async function startObjectStore(options: ObjectStoreOptions): Promise<ObjectStore> {
  const bucket = options.bucket ?? 'ml-bling-sync-backups'
  const key = options.key ?? { accessKeyId: 'SANDBOX', secretAccessKey: randomBytes(20).toString('hex') }
  const objects = join(options.dir, 'objects')
  const arriving = join(options.dir, 'arriving')
  await rm(arriving, { recursive: true, force: true })
  await mkdir(objects, { recursive: true })
  await mkdir(arriving, { recursive: true })

  const s3rver = new S3rver({
    directory: objects,
    silent: true,
    configureBuckets: [{ name: bucket, configs: [] }],
  })
  await s3rver.configureBuckets()
  const inner = await listen(createServer(s3rver.callback()), 0)
  const puts = new Map<string, number>()
  let outage: { status: number; code: string } | null = null

  const store: Store = { objects, arriving, bucket, puts, innerPort: portOf(inner) }
  const front = await listen(
    createServer((request, response) => {
      const problem = outage ?? refusal(signatureProblem(request, key))
      if (problem) refuse(request, response, problem)
      else answer(store, request, response).catch(() => response.destroy())
    }),
    options.port,
  )
  return {
    ...key,
    url: `http://127.0.0.1:${portOf(front)}`,
    bucket,
    region: 'us-east-1',
    puts,
    file: (name) => objectFile(store, name),
    fail: (next) => void (outage = next),
    close: async () => {
      await Promise.all([front, inner].map(stopListening))
    },
  }
}

type Store = {
  objects: string
  arriving: string
  bucket: string
  puts: Map<string, number>
  innerPort: number
}

async function answer(store: Store, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { searchParams, pathname } = new URL(request.url ?? '/', 'http://store')
  const name = decodeURIComponent(pathname).slice(`/${store.bucket}/`.length)
  const uploadId = searchParams.get('uploadId')
  // AbortMultipartUpload: s3rver answers 405.
  if (request.method === 'DELETE' && uploadId !== null) {
    await rm(join(store.objects, store.bucket, '._S3rver_uploads', uploadId), {
      recursive: true,
      force: true,
    })
    return void response.writeHead(204).end()
  }
  if (request.method !== 'PUT' && request.method !== 'POST') return forward(store, request, { response })

  // Only an upload that arrived whole becomes an object; s3rver would keep the torso of a broken one.
  const file = join(store.arriving, randomUUID())
  try {
    const sha256 = await receive(request, file)
    const declared = request.headers['x-amz-content-sha256']
    if (/^[0-9a-f]{64}$/.test(String(declared)) && declared !== sha256) {
      return refuse(request, response, { status: 400, code: 'XAmzContentSHA256Mismatch' })
    }
    // Conditional write, which s3rver ignores: docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html
    if (request.headers['if-none-match'] === '*' && existsSync(objectFile(store, name))) {
      return refuse(request, response, { status: 412, code: 'PreconditionFailed' })
    }
    await forward(store, request, { response, file })
    const completes = request.method === 'PUT' ? uploadId === null : uploadId !== null
    if (completes && response.statusCode === 200) store.puts.set(name, (store.puts.get(name) ?? 0) + 1)
  } finally {
    await rm(file, { force: true })
  }
}

async function receive(request: IncomingMessage, file: string): Promise<string> {
  const hash = createHash('sha256')
  const hashing = new Transform({
    transform(chunk: Buffer, _, done) {
      hash.update(chunk)
      done(null, chunk)
    },
  })
  await pipeline(request, hashing, createWriteStream(file))
  return hash.digest('hex')
}

type Exchange = { response: ServerResponse; file?: string }

async function forward(store: Store, request: IncomingMessage, { response, file }: Exchange): Promise<void> {
  // The signature is checked already; s3rver knows other keys.
  const { authorization: _, ...headers } = request.headers
  const { method, url: path } = request
  const inner = send({ host: '127.0.0.1', port: store.innerPort, method, path, headers, agent: false })
  const answered = once(inner, 'response') as Promise<[IncomingMessage]>
  if (file) await pipeline(createReadStream(file), inner)
  else inner.end()
  const [reply] = await answered
  response.writeHead(reply.statusCode ?? 500, reply.headers)
  await pipeline(reply, response)
}

function refusal(code: string | null): { status: number; code: string } | null {
  return code === null ? null : { status: 403, code }
}

function refuse(
  request: IncomingMessage,
  response: ServerResponse,
  problem: { status: number; code: string },
): void {
  request.resume()
  const body = `<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>${problem.code}</Code><Message>${problem.code}</Message></Error>`
  response
    .writeHead(problem.status, { 'content-type': 'application/xml' })
    .end(request.method === 'HEAD' ? '' : body)
}

function objectFile(store: Store, name: string): string {
  return join(store.objects, store.bucket, `${name}._S3rver_object`)
}

async function listen(server: Server, port: number): Promise<Server> {
  server.listen(port, '127.0.0.1')
  await once(server, 'listening')
  return server
}

function portOf(server: Server): number {
  return (server.address() as AddressInfo).port
}

async function stopListening(server: Server): Promise<void> {
  server.close()
  server.closeAllConnections()
  await once(server, 'close')
}
