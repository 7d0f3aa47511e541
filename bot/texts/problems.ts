import { EngineUnavailable, type EngineRefused, type Failure } from '../../engine/client.ts'
import { anyOf, dayAndTime, list } from './formats.ts'
import { labelOf, type Texts } from './index.ts'
import { dateToken, outside, type Mrkdwn } from './mrkdwn.ts'
import type { Sentence, Values } from './pt-BR/problems.ts'

/** In which language, and in which time zone where Slack's own dates are not shown, a sentence is read. */
export interface Reading {
  texts: Texts
  settings: { timeZone: string }
}

/** What the engine's "no" or silence means to the person, and what to do next: Slack markup. */
export function explain(error: EngineRefused | EngineUnavailable, c: Reading): string {
  if (error instanceof EngineUnavailable) return c.texts.problems.engineSilent.mrkdwn
  return sentenceFor(error, [c.texts.problems.refusals], c).mrkdwn
}

/** Why a job or a step ended badly and what to do next. */
export function explainFailure(failure: Failure, c: Reading): Mrkdwn {
  return sentenceFor(failure, [c.texts.problems.failures, c.texts.problems.refusals], c)
}

/** Why an item of a sync was left alone or failed. */
export function explainReason(reason: Problem, c: Reading): Mrkdwn {
  return sentenceFor(reason, [c.texts.syncReasons], c)
}

interface Problem {
  code: string
  values: Record<string, unknown>
  message: string
}

/** How much of the engine's own English is shown where no sentence of ours fits. */
const maximumMessageLength = 1200

function sentenceFor(problem: Problem, catalogues: Record<string, Sentence>[], c: Reading): Mrkdwn {
  const [sentence] = catalogues.flatMap(
    (sentences) => new Map(Object.entries(sentences)).get(problem.code) ?? [],
  )
  const message = outside(problem.message, maximumMessageLength)
  if (!sentence) return message
  const values = reading(problem.values, c)
  const text = sentence(values)
  return values.missing.length === 0 ? text : message
}

/** Values are read as they come: what is missing is noted, so that no sentence with a hole in it is shown. */
function reading(
  values: Record<string, unknown>,
  { texts, settings }: Reading,
): Values & { missing: string[] } {
  const missing: string[] = []
  const textOf = (value: unknown): string => list(words(value), texts.locale)
  const text = (...names: string[]): string => {
    const found = names.map((name) => textOf(values[name])).find((value) => value !== '')
    if (found === undefined) missing.push(...names)
    return found ?? ''
  }
  const moment = (name: string): Mrkdwn => {
    const at = text(name)
    if (Number.isNaN(Date.parse(at))) return outside(at)
    const fallback = dayAndTime(new Date(at), texts.locale, settings.timeZone)
    return dateToken({ at, format: texts.dates.dayAndTime, fallback })
  }
  const roles = (name: string): string => {
    const labels = words(values[name]).map((role) => labelOf(texts.job.roles, role))
    if (labels.length === 0) missing.push(name)
    return anyOf(labels, texts.locale)
  }
  const state = (name: string): string => labelOf(texts.job.states, text(name))
  const known = (name: string, sentences: Record<string, Mrkdwn>): Mrkdwn | undefined =>
    new Map(Object.entries(sentences)).get(textOf(values[name]))
  return { text, moment, roles, state, known, has: (name) => textOf(values[name]) !== '', missing }
}

/** Names, numbers and people, one or many, as words; anything else is none. */
function words(value: unknown): string[] {
  if (typeof value === 'string') return value === '' ? [] : [value]
  if (typeof value === 'number') return [String(value)]
  if (Array.isArray(value)) return value.flatMap(words)
  return typeof value === 'object' && value !== null && 'name' in value ? words(value.name) : []
}
