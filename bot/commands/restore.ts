import type { CommandHandler } from '../asked.ts'
import { helpView } from '../views/help.ts'
import { askingFrom, isHelp, readForm } from './reading/form.ts'
import { override, unlessOverride } from './reading/quoted.ts'
import { sequence } from './reading/reader.ts'
import { backup, environment } from './reading/values.ts'
import { requestJob } from './request-job.ts'
import { readWords } from './words.ts'

/** /restore ENVIRONMENT [BACKUP] [override "reason"]; without a backup, the newest. */
export const restore: CommandHandler = async (asked, deps) => {
  const words = readWords(asked.text)
  const asking = askingFrom(asked, deps)
  if (words.length === 0 || isHelp(words)) return helpView('restore', asking.texts)
  const form = {
    command: 'restore',
    reader: sequence(environment, unlessOverride(backup), override),
  } as const
  const read = readForm(words, form, asking)
  if (!read.ok) return read.answer
  const [where, which, reason] = read.value
  const params = { environment: where, ...(which !== undefined && { backup: which }) }
  return await requestJob(
    { kind: 'restore', params, ...(reason !== undefined && { overrideFreeze: reason }) },
    asked,
    deps,
  )
}
