import type { Panel } from './console/console.ts'
import type { SandboxPagerDuty } from './pagerduty/pagerduty.ts'

const failures = {
  '503': { 'pt-BR': 'fora do ar (503)', en: 'down (503)' },
  hang: { 'pt-BR': 'não responde', en: 'does not answer' },
  reset: { 'pt-BR': 'derruba a conexão', en: 'resets the connection' },
  swallow: { 'pt-BR': 'aceita tudo, mas não chama ninguém', en: 'accepts everything, but calls nobody' },
  mute: { 'pt-BR': 'não envia webhooks', en: 'sends no webhooks' },
} as const
type Failure = keyof typeof failures
const isFailure = (text: string): text is Failure => text in failures

/** PagerDuty away, or worse: answering that all is well while no phone rings. */
export function pagerDutyPanel(pagerDuty: SandboxPagerDuty): Panel {
  return {
    id: 'pagerduty',
    title: 'PagerDuty',
    description: {
      'pt-BR': 'Quem não é alcançado pelo telefone é avisado no Slack, e o incidente diz isso.',
      en: 'Who is not reached by phone is told in Slack, and the incident says so.',
    },
    buttons: [
      {
        id: 'break',
        label: { 'pt-BR': 'Aplicar', en: 'Apply' },
        fields: [
          {
            name: 'how',
            label: { 'pt-BR': 'O PagerDuty', en: 'PagerDuty' },
            type: 'select',
            options: Object.entries(failures).map(([value, label]) => ({ value, label })),
          },
        ],
        run: async ({ how = '' }) => {
          if (!isFailure(how)) throw new Error(`unknown failure ${how}`)
          breakIt(pagerDuty, how)
          const { 'pt-BR': portuguese, en } = failures[how]
          return { 'pt-BR': `O PagerDuty agora: ${portuguese}.`, en: `PagerDuty now: ${en}.` }
        },
      },
      {
        id: 'well',
        label: { 'pt-BR': 'Bom de novo', en: 'Well again' },
        run: async () => {
          pagerDuty.heal()
          return { 'pt-BR': 'O PagerDuty voltou.', en: 'PagerDuty is back.' }
        },
      },
    ],
  }
}

/** One thing is broken at a time. */
function breakIt(pagerDuty: SandboxPagerDuty, how: Failure): void {
  pagerDuty.heal()
  if (how === 'swallow') pagerDuty.setSwallow(true)
  else if (how === 'mute') pagerDuty.setDropWebhooks(true)
  else pagerDuty.setOutage(how)
}
