import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { setTimeout as delay } from 'node:timers/promises'
import { afterEach, beforeEach, expect, test } from 'vitest'
import {
  AbortMultipartUploadCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
  UploadPartCommand,
} from '@aws-sdk/client-s3'
import { Upload } from '@aws-sdk/lib-storage'
import { startObjectStore, type ObjectStore } from './object-store.ts'

let dir = ''
let store: ObjectStore
const clients: S3Client[] = []
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'plantao-object-store-'))
  store = await startObjectStore({ dir, port: 0 })
})
afterEach(async () => {
  for (const client of clients.splice(0)) client.destroy()
  await store.close()
  await rm(dir, { recursive: true })
})

function client(key: { accessKeyId: string; secretAccessKey: string } = store): S3Client {
  const { accessKeyId, secretAccessKey } = key
  const made = new S3Client({
    endpoint: store.url,
    region: store.region,
    credentials: { accessKeyId, secretAccessKey },
    forcePathStyle: true,
    maxAttempts: 1,
  })
  clients.push(made)
  return made
}

const object = (key: string) => ({ Bucket: 'ml-bling-sync-backups', Key: key })

test('an object is stored, read, listed and deleted', async () => {
  const s3 = client()
  await s3.send(new PutObjectCommand({ ...object('database/a b+ç.txt'), Body: 'olá' }))
  const got = await s3.send(new GetObjectCommand(object('database/a b+ç.txt')))
  expect(await got.Body?.transformToString()).toBe('olá')
  const list = await s3.send(new ListObjectsV2Command({ Bucket: store.bucket, Prefix: 'database/' }))
  expect(list.Contents?.map(({ Key, Size }) => [Key, Size])).toEqual([['database/a b+ç.txt', 4]])
  await s3.send(new DeleteObjectCommand(object('database/a b+ç.txt')))
  await expect(s3.send(new HeadObjectCommand(object('database/a b+ç.txt')))).rejects.toMatchObject({
    name: 'NotFound',
  })
})

test('a large object arrives in parts and is counted once', async () => {
  const body = Buffer.alloc(12 * 1024 * 1024, 'abcdefghi')
  await new Upload({ client: client(), params: { ...object('big'), Body: body } }).done()
  const got = await client().send(new GetObjectCommand(object('big')))
  expect(Buffer.from((await got.Body?.transformToByteArray()) ?? []).equals(body)).toBe(true)
  expect(store.puts.get('big')).toBe(1)
})

test('unknown keys, wrong secrets and unsigned requests are refused', async () => {
  const put = new PutObjectCommand({ ...object('x'), Body: 'x' })
  await expect(
    client({ accessKeyId: 'ELSE', secretAccessKey: store.secretAccessKey }).send(put),
  ).rejects.toMatchObject({
    name: 'InvalidAccessKeyId',
  })
  await expect(
    client({ accessKeyId: store.accessKeyId, secretAccessKey: 'guess' }).send(put),
  ).rejects.toMatchObject({
    name: 'SignatureDoesNotMatch',
  })
  expect((await fetch(`${store.url}/${store.bucket}/x`)).status).toBe(403)
  expect(store.puts.size).toBe(0)
})

test('a conditional write does not replace an object', async () => {
  const put = (Body: string) => new PutObjectCommand({ ...object('once'), Body, IfNoneMatch: '*' })
  await client().send(put('first'))
  await expect(client().send(put('second'))).rejects.toMatchObject({ name: 'PreconditionFailed' })
  const got = await client().send(new GetObjectCommand(object('once')))
  expect(await got.Body?.transformToString()).toBe('first')
})

test('an upload that breaks off leaves no object', async () => {
  await client().send(new PutObjectCommand({ ...object('kept'), Body: 'whole' }))
  const arriving = async () => (await readdir(join(dir, 'arriving'))).length
  const body = new Readable({ read() {} })
  body.push('half')
  const death = new AbortController()
  const put = new PutObjectCommand({ ...object('kept'), Body: body, ContentLength: 1000 })
  const broken = client().send(put, { abortSignal: death.signal })
  while ((await arriving()) === 0) await delay(5)
  death.abort()
  await expect(broken).rejects.toThrow('Request aborted')
  while ((await arriving()) === 1) await delay(5)
  const got = await client().send(new GetObjectCommand(object('kept')))
  expect(await got.Body?.transformToString()).toBe('whole')
  expect(store.puts.get('kept')).toBe(1)
})

test('an aborted multipart upload is forgotten', async () => {
  const { UploadId } = await client().send(new CreateMultipartUploadCommand(object('big')))
  await client().send(new UploadPartCommand({ ...object('big'), UploadId, PartNumber: 1, Body: 'part' }))
  await client().send(new AbortMultipartUploadCommand({ ...object('big'), UploadId }))
  const list = await client().send(new ListObjectsV2Command({ Bucket: store.bucket }))
  expect(list.Contents ?? []).toEqual([])
})

test('an outage is answered as S3 answers it, and objects outlive a restart', async () => {
  await client().send(new PutObjectCommand({ ...object('kept'), Body: 'x' }))
  store.fail({ status: 503, code: 'SlowDown' })
  await expect(client().send(new HeadObjectCommand(object('kept')))).rejects.toMatchObject({
    $metadata: { httpStatusCode: 503 },
  })
  await store.close()
  store = await startObjectStore({ dir, port: 0 })
  expect((await client().send(new HeadObjectCommand(object('kept')))).ContentLength).toBe(1)
})
