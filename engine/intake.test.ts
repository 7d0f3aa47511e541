import { fc, test as property } from '@fast-check/vitest'
import { expect } from 'vitest'
import { maintenanceWindow } from './freeze-windows.ts'
import { intakeDeps } from './intake.ts'
import { loadRunbook } from './runbook-file.ts'

const runbook = await loadRunbook('deploy/plantao.yaml')
const times = fc.array(
  fc.date({ min: new Date('2026-07-01'), max: new Date('2026-11-01'), noInvalidDate: true }),
  { maxLength: 20 },
)
const edges = [
  '2026-07-06T04:59:59.999Z',
  '2026-07-06T05:00:00Z',
  '2026-07-06T08:59:59Z',
  '2026-07-06T09:00:00Z',
]

property.prop([times, fc.shuffledSubarray(edges)], { numRuns: 50 })(
  'the maintenance window that holds is the same whatever was asked before',
  (asked, atEdges) => {
    const { maintenanceUntil } = intakeDeps({ runbook } as Parameters<typeof intakeDeps>[0])
    for (const now of [...asked, ...atEdges.map((text) => new Date(text))]) {
      const { active, endsAt } = maintenanceWindow(runbook, now)
      expect(maintenanceUntil(now)).toEqual(active ? endsAt : null)
    }
  },
)
