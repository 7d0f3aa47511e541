import type { CommandHandler } from '../asked.ts'
import { helpView } from '../views/help.ts'
import { askingFrom, isHelp, readForm } from './reading/form.ts'
import { override } from './reading/quoted.ts'
import { sequence } from './reading/reader.ts'
import { environment, version } from './reading/values.ts'
import { requestJob } from './request-job.ts'
import { readWords } from './words.ts'

/** /deploy ENVIRONMENT VERSION [override "reason"] */
export const deploy: CommandHandler = async (asked, deps) => {
  const words = readWords(asked.text)
  const asking = askingFrom(asked, deps)
  if (words.length === 0 || isHelp(words)) return helpView('deploy', asking.texts)
  const form = { command: 'deploy', reader: sequence(environment, version, override) } as const
  const read = readForm(words, form, asking)
  if (!read.ok) return read.answer
  const [where, what, reason] = read.value
  const params = { environment: where, version: what }
  return await requestJob(
    { kind: 'deploy', params, ...(reason !== undefined && { overrideFreeze: reason }) },
    asked,
    deps,
  )
}
