export type Path = (string | number)[]

/** What is wrong with the value at a path of the file. */
export interface ReferenceProblem {
  path: Path
  message: string
}

export function unknown(
  path: Path,
  name: unknown,
  thing: { what: string; known: readonly string[] },
): ReferenceProblem[] {
  if (thing.known.some((one) => one === name)) return []
  const expected = thing.known.length === 0 ? 'there is none' : `expected one of ${thing.known.join(', ')}`
  return [{ path, message: `no such ${thing.what}; ${expected}` }]
}

/** Every entry whose key an earlier one has. */
export function repeatsIn(entries: readonly { key: string | number; path: Path }[]): ReferenceProblem[] {
  const firsts = new Map<string | number, Path>()
  return entries.flatMap(({ key, path }) => {
    const first = firsts.get(key)
    if (first) return [{ path, message: `the same as ${first.join('.')}; expected one of its own` }]
    firsts.set(key, path)
    return []
  })
}
