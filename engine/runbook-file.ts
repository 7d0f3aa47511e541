import { readFile } from 'node:fs/promises'
import { parseDocument } from 'yaml'
import type { z } from 'zod'
import { checkReferences } from './runbook-references.ts'
import { RunbookShape, type Runbook } from './runbook-schema.ts'

export { Command, commands, Role, roles } from './runbook-schema.ts'
export type { Grant, PermissionRule, Person, Runbook } from './runbook-schema.ts'

/** A runbook file that cannot be used; every problem names the path, the value and what was expected. */
export class RunbookFileInvalid extends Error {
  readonly problems: string[]

  constructor(file: string, problems: string[]) {
    super(`${file} is not a valid runbook file:\n${problems.map((problem) => `  - ${problem}`).join('\n')}`)
    this.name = 'RunbookFileInvalid'
    this.problems = problems
  }
}

/** Reads and checks a runbook file. Throws RunbookFileInvalid with every problem at once. */
export async function loadRunbook(file: string): Promise<Runbook> {
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw new RunbookFileInvalid(file, [
      `it cannot be read (${error.code ?? error.message}): set PLANTAO_CONFIG to the path of a runbook file`,
    ])
  })
  return parseRunbook(text, file)
}

/** Checks the text of a runbook file. Throws RunbookFileInvalid with every problem at once. */
export function parseRunbook(text: string, file = 'the runbook file'): Runbook {
  const value = readYaml(text, file)
  const parsed = RunbookShape.safeParse(value)
  const problems = parsed.success
    ? checkReferences(parsed.data).map(({ path, message }) => describeValue(value, path, message))
    : parsed.error.issues.map((issue) => describeIssue(value, issue))
  if (parsed.success && problems.length === 0) return parsed.data
  throw new RunbookFileInvalid(file, problems)
}

function readYaml(text: string, file: string): unknown {
  const document = parseDocument(text, { logLevel: 'error' })
  const problems = [...document.errors, ...document.warnings].map(({ message }) => firstLine(message))
  if (problems.length > 0) throw new RunbookFileInvalid(file, problems)
  try {
    // Through JSON: what it cannot say (an alias to what it is part of, a set, a date) no part of the file is.
    return JSON.parse(JSON.stringify(document.toJS({ maxAliasCount: 100 })))
  } catch (error) {
    throw new RunbookFileInvalid(file, [firstLine(error instanceof Error ? error.message : String(error))])
  }
}

const firstLine = (text: string): string => text.split('\n')[0] ?? text

function describeIssue(whole: unknown, issue: z.core.$ZodIssue): string {
  if (issue.code === 'unrecognized_keys') {
    const found = issue.keys.map((key) => pathText([...issue.path, key])).join(', ')
    return `${found} is not known here: correct its spelling, or remove it`
  }
  if (issue.code === 'invalid_key') {
    const expected = issue.issues.map(({ message }) => message).join('; ')
    return `${pathText(issue.path)} has a name that cannot be: ${expected}`
  }
  return describeValue(whole, issue.path, issue.message.replace(/^Invalid (?:input|option): /, ''))
}

function describeValue(whole: unknown, path: readonly PropertyKey[], expected: string): string {
  const value = valueAt(whole, path)
  const found = value === undefined ? 'is missing' : `is ${shorten(value)}`
  return `${pathText(path)} ${found}: ${expected}`
}

function pathText(path: readonly PropertyKey[]): string {
  const names = path.map(String).map((name) => (/^[\w-]+$/.test(name) ? name : shorten(name)))
  return names.length === 0 ? 'the file' : names.join('.')
}

function valueAt(whole: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (at, key) =>
      typeof at === 'object' && at !== null && Object.hasOwn(at, key) ? Reflect.get(at, key) : undefined,
    whole,
  )
}

function shorten(value: unknown): string {
  const text = JSON.stringify(value)
  return text.length > 80 ? `${text.slice(0, 79)}…` : text
}
