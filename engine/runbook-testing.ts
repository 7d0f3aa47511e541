import { readFile } from 'node:fs/promises'
import { parseRunbook, RunbookFileInvalid } from './runbook-file.ts'

/** The runbook file we ship. */
export const defaultText = await readFile('deploy/plantao.yaml', 'utf8')

/** Its problems after one edit, at the first place where `from` stands. For tests. */
export function problemsAfter(from: string, to: string): string[] {
  if (!defaultText.includes(from)) throw new Error(`the default file does not hold: ${from}`)
  try {
    parseRunbook(defaultText.replace(from, () => to))
    return []
  } catch (error) {
    if (error instanceof RunbookFileInvalid) return error.problems
    throw error
  }
}
