import { Hono } from 'hono'
import { z } from 'zod'
import { addMessage, findMessage, fromApp, writableChannel } from '../messages.ts'
import { app } from '../people.ts'
import { Refusal } from '../refusal.ts'
import { newId, type Slack } from '../slack.ts'
import type { StoredFile } from '../state.ts'
import { json, list, type Method, method, wholeNumber } from './method.ts'

/** Slack's three steps of an upload: ask for an address, send the bytes there, complete (and share). */
export const files: Record<string, Method> = {
  'files.getUploadURLExternal': method({
    tier: 4,
    args: z.object({ filename: z.string().min(1), length: wholeNumber.min(1) }),
    run(slack, { filename, length }) {
      const id = newId('F0')
      slack.state.files[id] = {
        info: {
          id,
          name: filename,
          title: filename,
          mimetype: 'text/plain',
          size: length,
          user: app.botUser,
          created: Math.floor(slack.now().getTime() / 1000),
          url_private: `${slack.url()}/files/${id}/${encodeURIComponent(filename)}`,
          permalink: `${slack.url()}/files/${id}/${encodeURIComponent(filename)}`,
        },
        completed: false,
        channels: [],
      }
      slack.changed()
      return { upload_url: `${slack.url()}/files/upload/${id}`, file_id: id }
    },
  }),

  'files.completeUploadExternal': method({
    tier: 4,
    args: z.object({
      files: json(z.array(z.object({ id: z.string(), title: z.string().optional() })).min(1)),
      channel_id: z.string().optional(),
      channels: list.optional(),
      thread_ts: z.string().optional(),
      initial_comment: z.string().optional(),
    }),
    run(slack, args) {
      const uploaded = args.files.map(({ id, title }) => ({ file: uploadedFile(slack, id), title }))
      const wanted = [args.channel_id ?? [], args.channels ?? []].flat()
      const channels = wanted.map((id) => writableChannel(slack, id))
      for (const { file, title } of uploaded) {
        Object.assign(file, { completed: true, channels: channels.map((channel) => channel.id) })
        file.info.title = title ?? file.info.title
      }
      for (const { id } of channels)
        addMessage(slack, {
          ...fromApp,
          channel: id,
          text: args.initial_comment ?? '',
          blocks: [],
          files: uploaded.map(({ file }) => file.info),
          ...threadOf(slack, id, args.thread_ts),
        })
      slack.changed()
      return { files: uploaded.map(({ file }) => file.info) }
    },
  }),

  'files.info': method({
    tier: 4,
    args: z.object({ file: z.string() }),
    run(slack, args) {
      const file = slack.state.files[args.file]
      if (file === undefined || !file.completed) throw new Refusal('file_not_found')
      return { file: { ...file.info, channels: file.channels } }
    },
  }),
}

/** Where the bytes go and come from: `POST /files/upload/<id>`, `GET /files/<id>/<name>` with the bot's token. */
export function fileRoutes(slack: Slack): Hono {
  return new Hono()
    .post('/files/upload/:id', async (context) => {
      const file = slack.state.files[context.req.param('id')]
      if (file === undefined || file.completed) return context.text('file_not_found', 404)
      const bytes = await bodyBytes(context.req.raw)
      if (bytes.length !== file.info.size) return context.text('size mismatch', 400)
      file.content = bytes.toString('base64')
      slack.changed()
      return context.text(`OK - ${bytes.length}`)
    })
    .get('/files/:id/:name', (context) => {
      const file = slack.state.files[context.req.param('id')]
      if (context.req.header('authorization') !== `Bearer ${slack.keys.botToken}`)
        return context.text('', 403)
      if (file?.content === undefined || !file.completed) return context.text('', 404)
      return context.body(new Uint8Array(Buffer.from(file.content, 'base64')))
    })
}

function uploadedFile(slack: Slack, id: string): StoredFile {
  const file = slack.state.files[id]
  if (file?.content === undefined) throw new Refusal('file_not_found')
  return file
}

function threadOf(slack: Slack, channel: string, threadTs: string | undefined): { thread_ts?: string } {
  if (threadTs === undefined) return {}
  if (findMessage(slack, channel, threadTs) === undefined) throw new Refusal('invalid_thread_ts')
  return { thread_ts: threadTs }
}

/** Bytes arrive bare or as the one file of a multipart form. */
async function bodyBytes(request: Request): Promise<Buffer> {
  if (!request.headers.get('content-type')?.startsWith('multipart/form-data'))
    return Buffer.from(await request.arrayBuffer())
  const form = await request.formData()
  const file = [...form.values()].find((value) => typeof value !== 'string')
  return Buffer.from(file === undefined ? new ArrayBuffer(0) : await file.arrayBuffer())
}
