import type { Alerting } from '../alerts/context.ts'

/** Where to look when there is an incident: the dashboard of its rule, the logs, the runbook's section. */
export function linksOfIncident(
  { settings, links }: Pick<Alerting, 'settings' | 'links'>,
  incident: { rule: string },
): { name: string; url: string }[] {
  const rule = settings.rules.find(({ name }) => name === incident.rule)
  const link = (name: string | undefined): { name: string; url: string }[] => {
    const url = name === undefined ? undefined : links[name]
    return name === undefined || url === undefined ? [] : [{ name, url }]
  }
  const runbook = link('runbook').map(({ name, url }) => ({
    name,
    url: rule?.runbookSection === undefined ? url : `${url}#${anchorOf(rule.runbookSection)}`,
  }))
  return [...link(rule?.dashboard), ...link('logs'), ...runbook]
}

/** The anchor that GitHub gives a heading (github.com/gjtorikian/html-pipeline, TableOfContents). */
function anchorOf(heading: string): string {
  return encodeURIComponent(
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{M}\p{N}\p{Pc}\- ]/gu, '')
      .replaceAll(' ', '-'),
  )
}
