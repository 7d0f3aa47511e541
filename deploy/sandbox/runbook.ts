import { readFile, writeFile } from 'node:fs/promises'
import { parse, stringify } from 'yaml'
import { pagedPeople } from './on-call-people.ts'

interface Addresses {
  registryUrl: string
  healthUrl(environment: string, component: string): string
}

interface RunbookYaml {
  people: { id: string; slack?: string; pagerduty?: string; grants?: { role: string }[] }[]
  connectors: { mercadoLivreRequestsPerSecond: number }
  environments: Record<
    string,
    {
      release: { registry?: string; components: Record<string, unknown>; rolloutTimeoutSeconds?: number }
      healthChecks: { name: string; url: string; expectStatus: number; timeoutSeconds: number }[]
      database: { name: string; urlVariable: string }
    }
  >
}

/** Whom the default file leaves to be filled in has an account in the stand-in and may acknowledge. */
const bosses: Record<string, string> = { cto: 'U0CTO', ceo: 'U0CEO' }

/** Writes the default runbook file with the sandbox's own addresses and PagerDuty accounts instead of the real ones. */
export async function writeSandboxRunbook(from: string, to: string, addresses: Addresses): Promise<void> {
  const runbook = parse(await readFile(from, 'utf8')) as RunbookYaml
  for (const [name, environment] of Object.entries(runbook.environments)) {
    environment.release.registry = addresses.registryUrl
    environment.release.rolloutTimeoutSeconds = 90
    environment.healthChecks = Object.keys(environment.release.components)
      .filter((component) => component !== 'worker')
      .map((component) => ({
        name: component,
        url: addresses.healthUrl(name, component),
        expectStatus: 200,
        timeoutSeconds: 5,
      }))
  }
  for (const person of runbook.people) {
    const account = pagedPeople.find((one) => one.person === person.id)
    if (account) person.pagerduty = account.id
    const slack = bosses[person.id]
    if (slack !== undefined) Object.assign(person, { slack, grants: [{ role: 'operator' }] })
  }
  runbook.connectors.mercadoLivreRequestsPerSecond = 20 // of the seller's 25; the default leaves room for others
  await writeFile(to, stringify(runbook))
}

/** The language of a runbook file. */
export async function localeOf(runbookFile: string): Promise<'pt-BR' | 'en'> {
  const { locale } = parse(await readFile(runbookFile, 'utf8')) as { locale?: string }
  return locale === 'en' ? 'en' : 'pt-BR'
}
