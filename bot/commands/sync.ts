import type { CommandHandler } from '../asked.ts'
import { helpView } from '../views/help.ts'
import { askingFrom, isHelp, readForm } from './reading/form.ts'
import { optional, sequence } from './reading/reader.ts'
import { entity, sku } from './reading/values.ts'
import { requestJob } from './request-job.ts'
import { readWords } from './words.ts'

/** /sync products|stock|prices|orders|all [SKU] */
export const sync: CommandHandler = async (asked, deps) => {
  const words = readWords(asked.text)
  const asking = askingFrom(asked, deps)
  if (words.length === 0 || isHelp(words)) return helpView('sync', asking.texts)
  const form = { command: 'sync', reader: sequence(entity, optional(sku)) } as const
  const read = readForm(words, form, asking)
  if (!read.ok) return read.answer
  const [what, which] = read.value
  const params = { entity: what, ...(which !== undefined && { sku: which }) }
  return await requestJob({ kind: 'sync', params }, asked, deps)
}
