import { nextTime } from '../alerts/cron.ts'
import { repeatsIn, unknown, type ReferenceProblem } from './reference-problem.ts'
import type { Runbook } from './runbook-schema.ts'

type OnCallParts = Pick<Runbook, 'people' | 'onCall' | 'alerting' | 'timeZone'>

/** Who takes turns and whom the matrix calls have to be in the file. */
export function onCallProblems(runbook: OnCallParts): ReferenceProblem[] {
  const { rotations } = runbook.onCall
  const people = runbook.people.map(({ id }) => id)
  const names = rotations.map(({ name }) => name)
  return [
    ...repeatsIn(names.map((key, index) => ({ key, path: ['onCall', 'rotations', index, 'name'] }))),
    ...rotations.flatMap((rotation, index) => [
      ...rotation.people.flatMap((person, place) =>
        unknown(['onCall', 'rotations', index, 'people', place], person, { what: 'person', known: people }),
      ),
      ...hurriedHandOver(rotation.handOver, runbook.timeZone, index),
    ]),
    ...runbook.alerting.escalation.flatMap(({ page }, index) => {
      const path = ['alerting', 'escalation', index, 'page']
      return [
        ...(page.rotation === undefined
          ? []
          : unknown([...path, 'rotation'], page.rotation, { what: 'rotation', known: names })),
        ...page.people.flatMap((person, place) =>
          unknown([...path, 'people', place], person, { what: 'person', known: people }),
        ),
      ]
    }),
  ]
}

/** What the engine can start with and somebody should know of. */
export function onCallWarnings({ people, onCall, alerting }: OnCallParts): string[] {
  const reachable = (ids: readonly string[]): boolean =>
    people.some(({ id, slack }) => slack !== undefined && ids.includes(id))
  return alerting.escalation.flatMap(({ level, who, page }) => {
    const where = `alerting.escalation: level ${level} (${who})`
    const turns = onCall.rotations.find(({ name }) => name === page.rotation)?.people ?? []
    if (page.rotation === undefined && page.people.length === 0) {
      return [`${where} names nobody: without a PagerDuty routing key it is skipped`]
    }
    if (reachable([...turns, ...page.people])) return []
    const whose = page.rotation === undefined ? 'none of its people' : `nobody of ${page.rotation}`
    return [`${where} reaches nobody in Slack: ${whose} has a Slack id`]
  })
}

const minimumHours = 4

/** Turns are counted from the first one on: nobody hands over every few minutes for years. */
function hurriedHandOver(handOver: string, timeZone: string, index: number): ReferenceProblem[] {
  const first = nextTime(handOver, timeZone, new Date(Date.UTC(2026, 0, 1)))
  const second = nextTime(handOver, timeZone, first)
  const hours = (second.getTime() - first.getTime()) / 3_600_000
  if (hours >= minimumHours) return []
  const message = `expected at least ${minimumHours} hours between hand-overs`
  return [{ path: ['onCall', 'rotations', index, 'handOver'], message }]
}
