import type { Panel } from './console/console.ts'

const leaps = [
  { value: '2', label: '2 min' },
  { value: '15', label: '15 min' },
  { value: '30', label: '30 min' },
  { value: '60', label: '1 h' },
  { value: '120', label: '2 h' },
]

/** Hours of waiting in a second. */
export function clockPanel(letTimePass: (minutes: number) => Promise<void>): Panel {
  return {
    id: 'clock',
    title: { 'pt-BR': 'Relógio', en: 'Clock' },
    description: {
      'pt-BR':
        'Faz tudo de incidentes ficar mais antigo: abertura, prazos, lembretes, chamadas e alertas. É como esperar. A agenda do plantão e as janelas continuam no relógio da parede.',
      en: 'Makes everything of incidents older: openings, due times, reminders, calls and alerts. It is like waiting. The on-call calendar and the windows stay on the wall clock.',
    },
    buttons: [
      {
        id: 'forward',
        label: { 'pt-BR': 'Avançar', en: 'Forward' },
        fields: [
          {
            name: 'minutes',
            label: { 'pt-BR': 'Passam-se', en: 'Let pass' },
            type: 'select',
            options: leaps,
          },
        ],
        run: async ({ minutes = '15' }) => {
          await letTimePass(Number(minutes))
          const { label: leap = '' } = leaps.find(({ value }) => value === minutes) ?? {}
          return {
            'pt-BR': `Para os incidentes, passaram-se ${leap}.`,
            en: `For incidents, ${leap} have passed.`,
          }
        },
      },
    ],
  }
}
