import { EngineUnavailable, type EngineRefused, type Failure } from '../../engine/client.ts'
import { dayAndTime, list } from './formats.ts'
import type { Texts } from './index.ts'
import { dateToken, outside, type Mrkdwn } from './mrkdwn.ts'
import type { Sentence, Values } from './pt-BR/problems.ts'

/** What the engine's "no" or silence means to the person, and what to do next: Slack markup. */
export function explain(error: EngineRefused | EngineUnavailable, texts: Texts): string {
  if (error instanceof EngineUnavailable) return texts.problems.engineSilent.mrkdwn
  return sentenceFor(error, [texts.problems.refusals], texts).mrkdwn
}

/** Why a job or a step ended badly and what to do next. */
export function explainFailure(failure: Failure, texts: Texts): Mrkdwn {
  return sentenceFor(failure, [texts.problems.failures, texts.problems.refusals], texts)
}

interface Problem {
  code: string
  values: Record<string, unknown>
  message: string
}

/** How much of the engine's own English is shown where no sentence of ours fits. */
const maximumMessageLength = 1200

function sentenceFor(problem: Problem, catalogues: Record<string, Sentence>[], texts: Texts): Mrkdwn {
  const sentence = catalogues
    .map((sentences) => new Map(Object.entries(sentences)).get(problem.code))
    .find(Boolean)
  const message = outside(problem.message, maximumMessageLength)
  if (!sentence) return message
  const values = reading(problem.values, texts)
  const text = sentence(values)
  return values.missing.length === 0 ? text : message
}

/** Values are read as they come: what is missing is noted, so that no sentence with a hole in it is shown. */
function reading(values: Record<string, unknown>, texts: Texts): Values & { missing: string[] } {
  const missing: string[] = []
  const text = (name: string): string => {
    const value = values[name]
    if (typeof value === 'string' && value !== '') return value
    if (typeof value === 'number') return String(value)
    if (Array.isArray(value) && value.length > 0) return list(value.map(String), texts.locale)
    missing.push(name)
    return ''
  }
  const moment = (name: string): Mrkdwn => {
    const at = text(name)
    if (Number.isNaN(Date.parse(at))) return outside(at)
    const fallback = `${dayAndTime(new Date(at), texts.locale, 'UTC')} UTC`
    return dateToken({ at, format: texts.dates.dayAndTime, fallback })
  }
  return { text, moment, missing }
}
