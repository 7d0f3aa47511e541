/** Longer texts seldom come twice. */
const maximumLength = 500
const maximumTexts = 5_000

/**
 * The same function, which remembers what it made of short texts: alerts have the same names and values over and over,
 * and looking for secrets in them is most of the work of reading them.
 */
export function remembering(change: (text: string) => string): (text: string) => string {
  const known = new Map<string, string>()
  return (text) => {
    if (text.length > maximumLength) return change(text)
    const before = known.get(text)
    if (before !== undefined) return before
    const changed = change(text)
    if (known.size >= maximumTexts) known.clear()
    known.set(text, changed)
    return changed
  }
}
