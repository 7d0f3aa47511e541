import { alertingWarnings } from './alerting-references.ts'
import { maintenanceWindow, nextWindows } from './freeze-windows.ts'
import { onCallWarnings } from './on-call-references.ts'
import { loadRunbook, roles, RunbookFileInvalid, type Runbook } from './runbook-file.ts'

/** `npm run check-config FILE`: says whether the engine could start with this runbook file, without starting. */
const file = process.argv[2]
if (file === undefined) {
  process.stderr.write(
    'Usage: npm run check-config FILE, for example: npm run check-config deploy/plantao.yaml\n',
  )
  process.exitCode = 1
} else {
  try {
    const runbook = await loadRunbook(file)
    process.stdout.write(`OK: ${file}\n${summary(runbook, new Date())}\n`)
    const warnings = [...onCallWarnings(runbook), ...alertingWarnings(runbook)]
    for (const warning of warnings) process.stderr.write(`  warning: ${warning}\n`)
  } catch (error) {
    if (!(error instanceof RunbookFileInvalid)) throw error
    process.stderr.write(`${error.message}\n`)
    process.exitCode = 1
  }
}

function summary(runbook: Runbook, now: Date): string {
  const time = new Intl.DateTimeFormat('en', {
    timeZone: runbook.timeZone,
    dateStyle: 'full',
    timeStyle: 'short',
  })
  const [freeze] = nextWindows(runbook, now)
  const maintenance = maintenanceWindow(runbook, now)
  return [
    `environments: ${Object.keys(runbook.environments).join(', ')}`,
    ...roles.map((role) => `${role}: ${holders(runbook, role).join(', ') || 'nobody'}`),
    `schedules: ${runbook.schedules.map(({ name, cron }) => `${name} (${cron})`).join(', ') || 'none'}`,
    `next freeze: ${freeze ? `${freeze.name}, ${time.format(freeze.startsAt)}` : 'none planned'}`,
    `maintenance: ${maintenance.active ? 'now, since' : 'next'} ${time.format(maintenance.startsAt)}`,
    `time zone: ${runbook.timeZone}`,
  ]
    .map((line) => `  ${line}`)
    .join('\n')
}

/** People by name and Slack user groups by id. */
function holders(runbook: Runbook, role: (typeof roles)[number]): string[] {
  const holds = ({ grants }: { grants: readonly { role: string }[] }): boolean =>
    grants.some((grant) => grant.role === role)
  return [
    ...runbook.people.filter(holds).map(({ name }) => name),
    ...runbook.slack.userGroups.filter(holds).map(({ id }) => `group ${id}`),
  ]
}
