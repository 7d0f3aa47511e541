import { createEngineClient } from '../../engine/client.ts'
import type { SandboxPagerDuty } from './pagerduty/pagerduty.ts'

/** Who can be paged in the sandbox: people of the default runbook file with their accounts at PagerDuty. */
export const pagedPeople = [
  { person: 'maria-santos', id: 'PMARIA', name: 'Maria Santos', email: 'maria@company.com' },
  { person: 'pedro-costa', id: 'PPEDRO', name: 'Pedro Costa', email: 'pedro@company.com' },
  { person: 'ana-lima', id: 'PANA', name: 'Ana Lima', email: 'ana@company.com' },
  { person: 'joao-silva', id: 'PJOAO', name: 'João Silva', email: 'joao@company.com' },
  { person: 'cto', id: 'PCTO', name: 'CTO', email: 'cto@company.com' },
  { person: 'ceo', id: 'PCEO', name: 'CEO', email: 'ceo@company.com' },
] as const

const onCallService = 'SLEVEL1'

/** One service per level of the escalation matrix, as the documentation asks teams to set PagerDuty up. */
export function pagerDutyServices(routingKeys: readonly string[]) {
  const levels = [
    { id: onCallService, name: 'Engineer on-call', users: ['PMARIA'] },
    { id: 'SLEVEL2', name: 'Tech Lead', users: ['PJOAO'] },
    { id: 'SLEVEL3', name: 'CTO', users: ['PCTO'] },
    { id: 'SLEVEL4', name: 'CEO', users: ['PCEO'] },
  ]
  return levels.map((level, index) => ({ ...level, routingKey: routingKeys[index] ?? '' }))
}

const lookEveryMs = 2_000

/**
 * Does what a team without a PagerDuty schedule does by hand: enters whoever has become on call into the service of
 * the matrix's first level, so that their phone rings. Returns what ends it.
 */
export function keepOnCallEntered(
  pagerDuty: Pick<SandboxPagerDuty, 'services'>,
  engine: { url: string; token: string },
): () => void {
  const client = createEngineClient(engine)
  const service = pagerDuty.services.find(({ id }) => id === onCallService)
  const look = async (): Promise<void> => {
    const { levels } = await client.onCall()
    const names = levels.find(({ level }) => level === 1)?.people.map(({ name }) => name) ?? []
    const users = pagedPeople.filter(({ name }) => names.includes(name)).map(({ id }) => id)
    if (service && users.length > 0) service.users = users
  }
  const timer = setInterval(() => void look().catch(() => undefined), lookEveryMs)
  return () => clearInterval(timer)
}
