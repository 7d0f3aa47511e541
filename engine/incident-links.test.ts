import { expect, test } from 'vitest'
import { linksOfIncident } from './incident-links.ts'
import { parseRunbook } from './runbook-file.ts'
import { defaultText } from './runbook-testing.ts'

const { alerting: settings, links } = parseRunbook(defaultText)
const withRunbook = { ...links, runbook: 'https://git.test/RUNBOOK.md' }
const linkOf = (rule: string, name: string): string | undefined =>
  linksOfIncident({ settings, links: withRunbook }, { rule }).find((link) => link.name === name)?.url

test('the dashboard of its rule, the logs, and the section of the runbook by the anchor GitHub gives it', () => {
  expect(linksOfIncident({ settings, links: withRunbook }, { rule: 'system-down' })).toEqual([
    { name: 'dashboard-application', url: 'https://grafana.ml-bling-sync.com/d/app' },
    { name: 'logs', url: 'https://kibana.ml-bling-sync.com' },
    {
      name: 'runbook',
      url: `https://git.test/RUNBOOK.md#${encodeURIComponent('1-aplicação-não-responde')}`,
    },
  ])
  expect(linkOf('disk-full', 'runbook')).toBe('https://git.test/RUNBOOK.md')
  expect(linkOf('declared', 'dashboard-system')).toBeUndefined()
})

test('no link to a runbook until somebody says where it is', () => {
  const names = linksOfIncident({ settings, links }, { rule: 'system-down' }).map(({ name }) => name)
  expect(names).toEqual(['dashboard-application', 'logs'])
})
