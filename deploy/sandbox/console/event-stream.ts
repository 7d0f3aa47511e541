/** Calls the listener at every change until what it returns is called. */
export type OnChange = (listener: () => void) => () => void

/** A storm changes more than anybody sees. */
const sayEveryMs = 150

/**
 * Passes an event stream on, with an event of our own in it for every change: a browser keeps no more than six
 * connections to one address, so a page has one stream for everything. It breaks off whenever a tab closes or the
 * stand-in stops: that is its end, not an error. Any other response is passed on as it is.
 */
export function withOwnEvents(response: Response, own: { name: string; onChange: OnChange }): Response {
  const isStream = response.headers.get('content-type')?.startsWith('text/event-stream')
  if (!isStream || response.body === null) return response
  const reader = response.body.getReader()
  let stop = (): void => undefined
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      const say = createSayer(own.name, controller)
      const stopListening = own.onChange(say.changed)
      stop = () => {
        stopListening()
        say.stop()
      }
      void pass(reader, { controller, say }).finally(() => stop())
    },
    async cancel(reason) {
      stop()
      await reader.cancel(reason).catch(() => undefined)
    },
  })
  return new Response(body, response)
}

type Controller = ReadableStreamDefaultController<Uint8Array>

async function pass(
  reader: ReadableStreamDefaultReader<Uint8Array>,
  { controller, say }: { controller: Controller; say: ReturnType<typeof createSayer> },
): Promise<void> {
  for (;;) {
    const { done, value } = await reader.read().catch(() => ({ done: true, value: undefined }))
    if (say.isStopped()) return
    if (done || value === undefined) break
    controller.enqueue(value)
    say.passed(value)
  }
  controller.close()
}

const newline = 10

/** Says that something changed, never in the middle of another event, and not more often than anybody looks. */
function createSayer(name: string, controller: Controller) {
  const event = new TextEncoder().encode(`event: ${name}\ndata: {}\n\n`)
  let isBetweenEvents = true
  let isWanted = false
  let isStopped = false
  let timer: NodeJS.Timeout | undefined

  const say = (): void => {
    if (!isWanted || !isBetweenEvents || timer !== undefined) return
    isWanted = false
    controller.enqueue(event)
    timer = setTimeout(() => {
      timer = undefined
      say()
    }, sayEveryMs)
  }
  return {
    changed(): void {
      isWanted = true
      say()
    },
    passed(chunk: Uint8Array): void {
      isBetweenEvents = chunk.at(-1) === newline && chunk.at(-2) === newline
      say()
    },
    stop(): void {
      clearTimeout(timer)
      timer = undefined
      isWanted = false
      isStopped = true
    },
    isStopped: () => isStopped,
  }
}
