import { readFile, writeFile } from 'node:fs/promises'
import { isSeq, parseDocument, type YAMLMap } from 'yaml'
import { freshState } from './slack/people.ts'
import { fileStore } from './slack/store.ts'

/** Everybody in the sandbox's Slack reads English from now on. Before Slack starts. */
export async function peopleReadEnglish(slackFile: string): Promise<void> {
  const store = fileStore(slackFile)
  const state = (await store.load()) ?? freshState()
  await store.save({ ...state, users: state.users.map((user) => ({ ...user, locale: 'en-US' })) })
}

/** What a channel reads is English too. */
export async function runbookInEnglish(runbookFile: string): Promise<void> {
  const runbook = parseDocument(await readFile(runbookFile, 'utf8'))
  runbook.set('locale', 'en')
  // Incidents are called what the alerts call themselves: the file's own names are Portuguese.
  const rules = runbook.getIn(['alerting', 'rules'])
  if (isSeq<YAMLMap>(rules)) for (const rule of rules.items) rule.delete('title')
  runbook.setIn(['alerting', 'heartbeats', 0, 'title'], 'Alertmanager is silent: alerts may not arrive')
  await writeFile(runbookFile, runbook.toString())
}
