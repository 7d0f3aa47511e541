import pRetry from 'p-retry'

const tries = 240
const waitMs = 250

/** Resolves when every address answers with 2xx. Rejects after about a minute. */
export async function waitUntilReady(urls: readonly string[]): Promise<void> {
  const ask = async (url: string): Promise<void> => {
    const response = await fetch(url, { signal: AbortSignal.timeout(2_000) })
    if (!response.ok) throw new Error(`${url} answers ${response.status}`)
  }
  await Promise.all(
    urls.map(
      async (url) =>
        await pRetry(async () => await ask(url), {
          retries: tries,
          minTimeout: waitMs,
          maxTimeout: waitMs,
          factor: 1,
        }),
    ),
  )
}
