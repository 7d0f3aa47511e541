import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer, type AddressInfo, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { startObjectStore, type ObjectStore as StandIn } from '../../deploy/sandbox/object-store.ts'
import { openObjectStore, type ObjectStore, type ObjectStoreOptions } from './object-store.ts'

let dir = ''
let standIn: StandIn
const opened: ObjectStore[] = []
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'plantao-store-'))
  standIn = await startObjectStore({ dir, port: 0 })
})
afterEach(async () => {
  await Promise.all(opened.splice(0).map((store) => store.close()))
  await standIn.close()
  await rm(dir, { recursive: true })
})

function open(options: Partial<ObjectStoreOptions> = {}): ObjectStore {
  const { bucket, url: endpoint, accessKeyId, secretAccessKey } = standIn
  const credentials = { accessKeyId, secretAccessKey }
  const store = openObjectStore({ bucket, endpoint, credentials, ...options })
  opened.push(store)
  return store
}

test('text is stored, found, read, listed and deleted', async () => {
  const store = open()
  expect(await store.head('a/one')).toBe(null)
  await store.putText('a/one', 'olá')
  await store.putText('b/two', 'x')
  expect(await store.getText('a/one')).toBe('olá')
  expect(await store.head('a/one')).toEqual({ key: 'a/one', bytes: 4 })
  expect(await store.list('a/')).toEqual([{ key: 'a/one', bytes: 4 }])
  await store.delete('a/one')
  await store.delete('a/one')
  expect(await store.list('')).toEqual([{ key: 'b/two', bytes: 1 }])
})

test('of two who store the same key only if absent, the first wins', async () => {
  const store = open()
  expect(await store.putText('manifest', 'first', { onlyIfAbsent: true })).toBe(true)
  expect(await store.putText('manifest', 'second', { onlyIfAbsent: true })).toBe(false)
  expect(await store.getText('manifest')).toBe('first')
})

test('a stream of many parts comes back byte for byte', async () => {
  const store = open()
  const bytes = Buffer.alloc(40 * 1024 * 1024, 'pedido 4711;')
  await store.putStream('dump', Readable.from(bytes))
  expect((await buffer(await store.getStream('dump'))).equals(bytes)).toBe(true)
})

test('a stream that breaks leaves nothing behind and gives its own reason', async () => {
  const store = open()
  const broken = async function* () {
    yield Buffer.alloc(20 * 1024 * 1024)
    throw new Error('the disk is gone')
  }
  await expect(store.putStream('dump', Readable.from(broken()))).rejects.toMatchObject({
    code: 'upload-source-broken',
    message: 'What should be stored as dump could not be read: the disk is gone',
  })
  expect(await store.head('dump')).toBe(null)
})

test('a cancelled upload ends with the reason and leaves nothing behind', async () => {
  const store = open()
  const cancel = new AbortController()
  const endless = async function* () {
    yield Buffer.alloc(20 * 1024 * 1024)
    cancel.abort(new Error('cancelled by Ana'))
    yield Buffer.alloc(20 * 1024 * 1024)
  }
  await expect(store.putStream('dump', Readable.from(endless()), { signal: cancel.signal })).rejects.toThrow(
    'cancelled by Ana',
  )
  expect(await store.head('dump')).toBe(null)
})

test('what is missing is named', async () => {
  await expect(open().getText('nowhere')).rejects.toMatchObject({
    code: 'object-missing',
    message: expect.stringContaining('no object nowhere in the bucket ml-bling-sync-backups'),
  })
  await expect(open({ bucket: 'another-bucket' }).list('')).rejects.toMatchObject({
    code: 'bucket-missing',
    message: expect.stringContaining('The bucket another-bucket does not exist'),
  })
})

test('wrong keys are refused with a sentence that holds no secret', async () => {
  const credentials = { accessKeyId: standIn.accessKeyId, secretAccessKey: 'a-wrong-secret' }
  const refused = open({ credentials }).putText('x', 'x')
  await expect(refused).rejects.toMatchObject({
    code: 'object-store-refused',
    message: expect.stringMatching(
      /does not let Plantão in \(SignatureDoesNotMatch\)\. Check AWS_ACCESS_KEY_ID/,
    ),
  })
  await expect(refused).rejects.not.toThrow('a-wrong-secret')
})

test('an outage says where the store should be', async () => {
  standIn.fail({ status: 503, code: 'SlowDown' })
  await expect(open().getText('x')).rejects.toMatchObject({ code: 'object-store-unreachable' })
  const url = standIn.url
  await standIn.close()
  await expect(open({ endpoint: url }).list('')).rejects.toMatchObject({
    code: 'object-store-unreachable',
    message: expect.stringContaining(`The object store at ${url} could not be used (ECONNREFUSED`),
  })
  standIn = await startObjectStore({ dir, port: 0 })
})

test('a store that accepts the connection and says nothing is given up', async () => {
  const sockets: Socket[] = []
  const silent = createServer((socket) => sockets.push(socket)).listen(0, '127.0.0.1')
  await once(silent, 'listening')
  const endpoint = `http://127.0.0.1:${(silent.address() as AddressInfo).port}`
  await expect(open({ endpoint, timeoutSeconds: 0.2 }).list('')).rejects.toMatchObject({
    code: 'object-store-unreachable',
  })
  for (const socket of sockets) socket.destroy()
  silent.close()
})
