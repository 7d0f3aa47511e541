/**
 * Does something now and again `seconds` after it was done, until stopped; what goes wrong is told to `onError` and
 * tried again. Returns how to stop: resolves when what is under way is done.
 */
export function every(
  seconds: number,
  work: () => Promise<unknown>,
  onError: (error: Error) => void,
): () => Promise<void> {
  let stopped = false
  let timer: NodeJS.Timeout | undefined
  let running: Promise<void> = Promise.resolve()
  const again = (): void => {
    running = work()
      .then(() => undefined, onError)
      .then(() => {
        if (!stopped) timer = setTimeout(again, seconds * 1_000)
      })
  }
  again()
  return async () => {
    stopped = true
    clearTimeout(timer)
    await running
  }
}
