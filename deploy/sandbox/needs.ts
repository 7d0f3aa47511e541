import { accessSync, constants } from 'node:fs'
import { delimiter, join } from 'node:path'

/**
 * For `test.skipIf(needs('pg_dump'))`: true, with a line that says so, when a program is not on this machine. Where
 * PLANTAO_REQUIRE names it (CI does), the test is not skipped: it runs, and fails.
 */
export function needs(program: string): boolean {
  const folders = (process.env['PATH'] ?? '').split(delimiter)
  if (folders.some((folder) => isProgram(join(folder, program)))) return false
  if ((process.env['PLANTAO_REQUIRE'] ?? '').split(/\s+/).includes(program)) return false
  console.warn(`skipped: ${program} is not installed`)
  return true
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}
