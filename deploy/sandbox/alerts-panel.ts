import { setTimeout as delay } from 'node:timers/promises'
import { runbookAlerts, type RunbookAlert } from './alerts-catalogue.ts'
import type { AlertsSender, SandboxAlert } from './alerts-sender.ts'
import { storm } from './alerts-storm.ts'
import type { Panel } from './console/console.ts'

const environments = ['production', 'staging', 'development']
const stormAlerts = 10_000
const flips = 5

export interface AlertsPanelOptions {
  sender: AlertsSender
  /** What the alerts say of themselves is in this language. */
  language: 'pt-BR' | 'en'
  /** How long a flapping alert stays as it is. */
  flipMs?: number
}

/** Every alert of the runbook, fired and healed as Alertmanager would; storms, and one that comes and goes. */
export function alertsPanel({ sender, language, flipMs = 1_500 }: AlertsPanelOptions): Panel {
  const which = [
    {
      name: 'alert',
      label: { 'pt-BR': 'Alerta', en: 'Alert' },
      type: 'select',
      options: runbookAlerts.map(({ alertname, name }) => ({ value: alertname, label: name })),
    },
    {
      name: 'environment',
      label: { 'pt-BR': 'Ambiente', en: 'Environment' },
      type: 'select',
      options: environments,
    },
  ] as const
  const chosen = ({ alert, environment = 'production' }: Record<string, string>): SandboxAlert =>
    asSent(
      runbookAlerts.find(({ alertname }) => alertname === alert),
      { environment, language },
    )
  return {
    id: 'alerts',
    title: { 'pt-BR': 'Alertas', en: 'Alerts' },
    description: {
      'pt-BR': 'O Alertmanager envia o alerta do runbook. O incidente aparece em #incidents.',
      en: 'Alertmanager sends an alert of the runbook. The incident appears in #incidents.',
    },
    fields: which,
    buttons: [
      {
        id: 'fire',
        label: { 'pt-BR': 'Disparar', en: 'Fire' },
        run: async (values) => {
          const incidents = await sender.fire([chosen(values)])
          return { 'pt-BR': `Disparado${listed(incidents)}.`, en: `Fired${listed(incidents)}.` }
        },
      },
      {
        id: 'heal',
        label: { 'pt-BR': 'Passou', en: 'It is over' },
        run: async (values) => {
          const incidents = await sender.heal([chosen(values)])
          return {
            'pt-BR': `O alerta passou${listed(incidents)}. O incidente fecha se ele não voltar logo.`,
            en: `The alert is over${listed(incidents)}. The incident closes unless it comes back soon.`,
          }
        },
      },
      {
        id: 'flap',
        label: { 'pt-BR': 'Vai e volta', en: 'Comes and goes' },
        run: async (values) => {
          for (let flip = 0; flip < flips; flip += 1) {
            await sender.fire([chosen(values)])
            await delay(flipMs)
            await sender.heal([chosen(values)])
            await delay(flipMs)
          }
          return { 'pt-BR': `Foi e voltou ${flips} vezes.`, en: `It came and went ${flips} times.` }
        },
      },
      {
        id: 'storm',
        label: { 'pt-BR': 'Tempestade: 10.000 alertas', en: 'Storm: 10,000 alerts' },
        fields: [
          {
            name: 'seconds',
            label: { 'pt-BR': 'Em', en: 'Within' },
            type: 'select',
            options: ['60', '10'].map((value) => ({ value, label: `${value} s` })),
          },
        ],
        run: async ({ seconds = '60' }) => {
          const spreadOverMs = Number(seconds) * 1_000
          const incidents = await sender.fire(storm(stormAlerts, 'production'), { spreadOverMs })
          return {
            'pt-BR': `10.000 alertas viraram ${incidents.length} incidentes${listed(incidents)}.`,
            en: `10,000 alerts became ${incidents.length} incidents${listed(incidents)}.`,
          }
        },
      },
      {
        id: 'heal-all',
        label: { 'pt-BR': 'Tudo passou', en: 'Everything is over' },
        run: async () => {
          const count = await sender.healAll()
          return { 'pt-BR': `${count} alertas passaram.`, en: `${count} alerts are over.` }
        },
      },
    ],
  }
}

function asSent(
  alert: RunbookAlert | undefined,
  { environment, language }: { environment: string; language: 'pt-BR' | 'en' },
): SandboxAlert {
  if (!alert) throw new Error('This alert is not in the runbook.')
  const { alertname, severity, labels = {}, summary } = alert
  return { labels: { alertname, severity, environment, ...labels }, summary: summary[language] }
}

const listed = (incidents: readonly number[]): string =>
  incidents.length === 0
    ? ''
    : `: ${incidents
        .slice(0, 10)
        .map((id) => `#${id}`)
        .join(', ')}${incidents.length > 10 ? '…' : ''}`
