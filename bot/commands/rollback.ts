import type { Answer, CommandHandler, Deps } from '../asked.ts'
import { joined } from '../texts/mrkdwn.ts'
import { helpView } from '../views/help.ts'
import { askingFrom, isHelp, readForm } from './reading/form.ts'
import { optional, sequence, type Asking } from './reading/reader.ts'
import { environment, revision } from './reading/values.ts'
import { requestJob } from './request-job.ts'
import { readWords } from './words.ts'

/** /rollback ENVIRONMENT [REVISION] */
export const rollback: CommandHandler = async (asked, deps) => {
  const words = readWords(asked.text)
  const asking = askingFrom(asked, deps)
  if (words.length === 0 || isHelp(words)) return helpView('rollback', asking.texts)
  const form = { command: 'rollback', reader: sequence(environment, optional(revision)) } as const
  const read = readForm(words, form, asking)
  if (!read.ok) return read.answer
  const [where, to] = read.value
  if (typeof to === 'string') return await proposeRevision(where, to, { asking, deps })
  const params = { environment: where, ...(to !== undefined && { revision: to }) }
  return await requestJob({ kind: 'rollback', params }, asked, deps)
}

/** Somebody named a version: which revision that is may change until it runs, so they choose it themselves. */
async function proposeRevision(
  where: string,
  version: string,
  c: { asking: Asking; deps: Deps },
): Promise<Answer> {
  const texts = c.asking.texts.asking
  const { releases } = await c.deps.engine.releases(where)
  const [newest] = releases
    .filter((one) => one.version === version)
    .toSorted((a, b) => b.revision - a.revision)
  if (!newest) return { text: texts.versionHasNoRevision(version, where).mrkdwn }
  const form = `/rollback ${where} ${newest.revision}`
  return {
    text: joined([texts.versionHasRevision(version, newest.revision), texts.didYouMean(form)], ' ').mrkdwn,
  }
}
