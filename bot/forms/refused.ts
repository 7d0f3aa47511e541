import { EngineRefused } from '../../engine/client.ts'
import type { FormErrors, Submitted } from '../asked.ts'
import { dayAndTime } from '../texts/formats.ts'
import { textsFor, type Texts } from '../texts/index.ts'
import { asPlain, clip, type Mrkdwn } from '../texts/mrkdwn.ts'
import { explain } from '../texts/problems.ts'
import { fieldIds, type Field } from './fields.ts'

/** Slack shows the errors of a field as plain text in little room. */
const maximumLength = 300

/** A complaint at a field. */
export function wrong(field: Field, sentence: Mrkdwn, submitted: Pick<Submitted, 'values'>): FormErrors {
  return { errors: { [blockOf(field, submitted)]: clip(asPlain(sentence), maximumLength) } }
}

/** Does what was asked; an engine's no is laid at the field it is about, so that nothing has to be entered again. */
export async function orRefused<Result>(
  submitted: Submitted,
  act: () => Promise<Result>,
): Promise<Result | FormErrors> {
  try {
    return await act()
  } catch (error) {
    if (!(error instanceof EngineRefused)) throw error
    return wrong(fieldOf(error), sentenceOf(error, submitted), submitted)
  }
}

/** What the engine's codes and fields are about. */
const fieldsOfCodes: Record<string, Field> = {
  'unknown-version': 'choice',
  'unknown-revision': 'choice',
  'unknown-backup': 'choice',
  'unknown-sku': 'sku',
  frozen: 'override',
}
const fieldsOfNames: Record<string, Field> = {
  'params.environment': 'environment',
  environment: 'environment',
  'params.version': 'choice',
  'params.revision': 'choice',
  'params.backup': 'choice',
  'params.entity': 'entity',
  'params.sku': 'sku',
  overrideFreeze: 'override',
  until: 'until',
  reason: 'reason',
  title: 'title',
  level: 'level',
  to: 'person',
  person: 'person',
  role: 'role',
  text: 'note',
  minutes: 'until',
  endsAt: 'until',
  startsAt: 'from',
  rotation: 'rotation',
  matchers: 'incident',
}

function fieldOf({ code, values }: EngineRefused): Field {
  const byCode = new Map(Object.entries(fieldsOfCodes)).get(code)
  return byCode ?? new Map(Object.entries(fieldsOfNames)).get(String(values['field'])) ?? 'environment'
}

/** The block of a field in this form; Slack takes errors only at inputs that are there, so else the first one. */
function blockOf(field: Field, { values }: Pick<Submitted, 'values'>): string {
  const blocks = Object.entries(values)
  const found = blocks.find(([, actions]) => Object.hasOwn(actions, fieldIds[field]))
  return (found ?? blocks[0])?.[0] ?? field
}

/** In a form there is no command to repeat, and an error takes no markup that would show a date. */
function sentenceOf(error: EngineRefused, submitted: Submitted): Mrkdwn {
  const texts = textsFor(submitted.locale)
  return error.code === 'frozen'
    ? frozenSentence(error.values, submitted, texts)
    : { mrkdwn: explain(error, { texts, settings: submitted }) }
}

function frozenSentence(values: Record<string, unknown>, submitted: Submitted, texts: Texts): Mrkdwn {
  const { environment, until, reason } = values
  const end = new Date(String(until))
  const when = Number.isNaN(end.getTime()) ? '?' : dayAndTime(end, submitted.locale, submitted.timeZone)
  return texts.forms.isFrozen(String(environment), when, String(reason))
}
