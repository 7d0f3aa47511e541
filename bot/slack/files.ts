import type { WebClient } from '@slack/web-api'
import { z } from 'zod'

/** A file of text, put into a thread. */
export interface TextFile {
  name: string
  content: string
}

/** The file of a subject, and of no other: it is how the file is found again after an upload whose end is not known. */
export const fileNameOf = (subject: string): string =>
  `${subject.replaceAll(/[^a-z0-9]+/gi, '-')}.${subject.startsWith('postmortem/') ? 'md' : 'txt'}`

const UploadAddress = z.object({ upload_url: z.url(), file_id: z.string() })
const uploadTimeoutSeconds = 30

/** Three steps (docs.slack.dev/messaging/working-with-files#uploading_files); only the last one shows anything. */
export async function uploadFile(
  client: WebClient,
  place: { channel: string; threadTs: string | null },
  { file, comment }: { file: TextFile; comment: string },
): Promise<{ ts: string }> {
  const bytes = Buffer.from(file.content)
  const { upload_url, file_id } = UploadAddress.parse(
    await client.files.getUploadURLExternal({ filename: file.name, length: bytes.length }),
  )
  const response = await fetch(upload_url, {
    method: 'POST',
    headers: { 'content-type': 'application/octet-stream' },
    body: bytes,
    redirect: 'error',
    signal: AbortSignal.timeout(uploadTimeoutSeconds * 1000),
  })
  await response.body?.cancel()
  if (!response.ok) throw new Error(`an upload ended with status ${response.status}`)
  await client.files.completeUploadExternal({
    files: [{ id: file_id, title: file.name }],
    channel_id: place.channel,
    initial_comment: comment,
    ...(place.threadTs !== null && { thread_ts: place.threadTs }),
  })
  return { ts: file_id }
}
