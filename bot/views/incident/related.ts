import type { Incident } from '../../../engine/client.ts'
import { duration } from '../../texts/formats.ts'
import { labelOf } from '../../texts/index.ts'
import { joined, lines, link, type Mrkdwn } from '../../texts/mrkdwn.ts'
import type { CardContext } from '../card-context.ts'
import { nameOf } from './names.ts'

const shownJobs = 4
const shownLinks = 8

/** What was changed on the environment shortly before, or meanwhile: often the cause. */
export function jobsText(incident: Incident, c: CardContext): Mrkdwn | null {
  const texts = c.texts.incident.jobs
  const shown = incident.jobs.slice(-shownJobs)
  if (shown.length === 0) return null
  return lines(
    shown.map((job) => {
      const after = Date.parse(job.at) - Date.parse(incident.openedAt)
      const sentence = after < 0 ? texts.before : texts.since
      return sentence({
        what: texts.what(labelOf(texts.kinds, job.kind), job.target, job.environment).slice(0, 200),
        id: job.id,
        who: nameOf(job.by, c.texts).slice(0, 80),
        ago: duration(Math.abs(Number.isNaN(after) ? 0 : after)),
        state: labelOf(c.texts.job.states, job.state),
      })
    }),
  )
}

/** Where to look: the dashboard, the logs, the runbook's section. */
export function linksText(incident: Incident, c: CardContext): Mrkdwn | null {
  const labels = c.texts.incident.links
  const shown = incident.links
    .slice(0, shownLinks)
    .map(({ name, url }) => link(url, linkName(name, labels).slice(0, 60)))
    .filter((one) => one !== null)
  return shown.length === 0 ? null : joined(shown)
}

/** The runbook file names its dashboards: dashboard-database. */
function linkName(name: string, labels: Record<string, string>): string {
  const [kind = '', ...rest] = name.split('-')
  return labelOf(labels, name) === name && Object.hasOwn(labels, kind)
    ? `${labelOf(labels, kind)} (${rest.join('-')})`
    : labelOf(labels, name)
}
