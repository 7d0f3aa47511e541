import { setTimeout as delay } from 'node:timers/promises'
import { alertsPanel } from './alerts-panel.ts'
import { createAlertsSender } from './alerts-sender.ts'
import { letTimePass } from './clock.ts'
import { clockPanel } from './clock-panel.ts'
import type { Panel } from './console/console.ts'
import { slackPanel } from './console/slack-panel.ts'
import { pagerDutyPanel } from './pagerduty-panel.ts'
import { createWatchdog, watchdogHeartbeat } from './watchdog.ts'
import { watchdogPanel } from './watchdog-panel.ts'
import type { World } from './world.ts'

/** The programs that can be killed. */
export type Children = Record<'engine' | 'bot', { kill(): void }>

/** The console's "break things" drawer: every lever of this sandbox. */
export function breakThings(
  world: World,
  children: Children,
  engine: { url: string; language: 'pt-BR' | 'en' },
): Panel[] {
  const { env, pagerDuty } = world
  const alertmanager = { url: engine.url, token: env['ALERTS_TOKEN'] ?? '' }
  const sender = createAlertsSender(alertmanager)
  const always = createAlertsSender(alertmanager)
  const watchdog = createWatchdog(
    async () =>
      await always.fire([{ labels: { alertname: 'Watchdog', severity: 'none' }, summary: 'Watchdog' }]),
  )
  return [
    alertsPanel({ sender, language: engine.language }),
    clockPanel(async (minutes) => {
      const silent = watchdog.isSilent() ? [watchdogHeartbeat] : []
      await letTimePass(env['DATABASE_URL'] ?? '', minutes, { silent })
      // What is outside and tells of incidents has waited as long.
      sender.passTime(minutes * 60_000)
      pagerDuty.passTime(minutes * 60_000)
    }),
    watchdogPanel(watchdog),
    pagerDutyPanel(pagerDuty),
    versions(world),
    slackPanel(world.slack, channels),
    processes(children),
    database(world),
    vendors(world),
  ]
}

const channels = [
  { id: 'C0OPSALERTS', name: 'ops-alerts' },
  { id: 'C0INCIDENTS', name: 'incidents' },
]

const behaviours = {
  'never-ready': { 'pt-BR': 'nunca fica pronta', en: 'never gets ready' },
  unhealthy: { 'pt-BR': 'fica pronta, mas doente', en: 'gets ready, but is unhealthy' },
  crashes: { 'pt-BR': 'cai ao iniciar', en: 'crashes at start' },
  slow: { 'pt-BR': 'demora', en: 'is slow' },
  good: { 'pt-BR': 'volta a ser boa', en: 'is good again' },
} as const
type Behaviour = keyof typeof behaviours

const versions = ({ cluster }: World): Panel => ({
  id: 'versions',
  title: { 'pt-BR': 'Uma versão ruim', en: 'A bad version' },
  description: {
    'pt-BR': 'Diga como uma versão se comporta e faça o deploy dela: Plantão volta sozinho.',
    en: 'Say how a version behaves, then deploy it: Plantão goes back by itself.',
  },
  buttons: [
    {
      id: 'mark',
      label: { 'pt-BR': 'Aplicar', en: 'Apply' },
      fields: [
        {
          name: 'version',
          label: { 'pt-BR': 'Versão', en: 'Version' },
          type: 'select',
          options: cluster
            .publishedVersions()
            .filter((version) => version !== 'latest')
            .toReversed(),
        },
        {
          name: 'behaviour',
          label: { 'pt-BR': 'Comportamento', en: 'Behaviour' },
          type: 'select',
          options: Object.entries(behaviours).map(([value, label]) => ({ value, label })),
        },
      ],
      run: async ({ version = '', behaviour = 'good' }) => {
        if (!isBehaviour(behaviour)) throw new Error(`unknown behaviour ${behaviour}`)
        cluster.markVersion(version, behaviour)
        const { 'pt-BR': portuguese, en } = behaviours[behaviour]
        return { 'pt-BR': `${version} agora ${portuguese}.`, en: `${version} now ${en}.` }
      },
    },
  ],
})

const isBehaviour = (text: string): text is Behaviour => text in behaviours

const processes = (children: Children): Panel => ({
  id: 'processes',
  title: { 'pt-BR': 'Processos', en: 'Processes' },
  description: {
    'pt-BR': 'kill -9, sem aviso. Voltam em um segundo; os jobs continuam de onde pararam.',
    en: 'kill -9, without warning. They are back in a second; jobs carry on where they were.',
  },
  buttons: [
    {
      id: 'engine',
      label: { 'pt-BR': 'Matar o motor', en: 'Kill the engine' },
      run: async () => {
        children.engine.kill()
        return { 'pt-BR': 'Motor morto.', en: 'Engine killed.' }
      },
    },
    {
      id: 'bot',
      label: { 'pt-BR': 'Matar o bot', en: 'Kill the bot' },
      run: async () => {
        children.bot.kill()
        return { 'pt-BR': 'Bot morto.', en: 'Bot killed.' }
      },
    },
  ],
})

const database = ({ postgres }: World): Panel => ({
  id: 'database',
  title: { 'pt-BR': 'Banco de dados', en: 'Database' },
  description: {
    'pt-BR': 'O Postgres para de repente. O que estava gravado fica; quem espera é avisado.',
    en: 'Postgres stops suddenly. What was recorded stays; who waits is told.',
  },
  buttons: [
    {
      id: 'stop',
      label: { 'pt-BR': 'Parar', en: 'Stop' },
      fields: [
        {
          name: 'seconds',
          label: { 'pt-BR': 'Por', en: 'For' },
          type: 'select',
          options: ['5', '15', '30'].map((value) => ({ value, label: `${value} s` })),
        },
      ],
      run: async ({ seconds = '5' }) => {
        await postgres.stop()
        await delay(Number(seconds) * 1000)
        await postgres.restart()
        return {
          'pt-BR': `O Postgres ficou parado ${seconds} s e voltou.`,
          en: `Postgres was stopped for ${seconds} s and is back.`,
        }
      },
    },
    {
      id: 'restart',
      label: { 'pt-BR': 'Reiniciar', en: 'Restart' },
      run: async () => {
        await postgres.restart()
        return { 'pt-BR': 'Postgres reiniciado.', en: 'Postgres restarted.' }
      },
    },
  ],
})

const vendors = ({ bling, mercadoLivre, cluster, objectStore }: World): Panel => {
  let down = false
  return {
    id: 'vendors',
    title: { 'pt-BR': 'Fornecedores', en: 'Vendors' },
    description: {
      'pt-BR': 'Bling, Mercado Livre, o cluster e o armazém de backups.',
      en: 'Bling, Mercado Livre, the cluster and the store of backups.',
    },
    buttons: [
      {
        id: 'all',
        label: {
          'pt-BR': 'Derrubar / levantar Bling e Mercado Livre',
          en: 'Bling and Mercado Livre down / up',
        },
        run: async () => {
          down = !down
          bling.setDown(down)
          mercadoLivre.setDown(down)
          return down ? { 'pt-BR': 'Fora do ar.', en: 'Down.' } : { 'pt-BR': 'No ar.', en: 'Up.' }
        },
      },
      {
        id: 'store-down',
        label: { 'pt-BR': 'Armazém de backups fora do ar', en: 'Store of backups down' },
        run: async () => {
          objectStore.fail({ status: 503, code: 'SlowDown' })
          return { 'pt-BR': 'Fora do ar.', en: 'Down.' }
        },
      },
      {
        id: 'store-up',
        label: { 'pt-BR': 'Armazém de backups no ar', en: 'Store of backups up' },
        run: async () => {
          objectStore.fail(null)
          return { 'pt-BR': 'No ar.', en: 'Up.' }
        },
      },
      {
        id: 'registry',
        label: { 'pt-BR': 'Registro de imagens fora do ar', en: 'Image registry down' },
        run: async () => {
          cluster.setRegistryDown(true)
          return { 'pt-BR': 'Fora do ar.', en: 'Down.' }
        },
      },
      {
        id: 'registry-up',
        label: { 'pt-BR': 'Registro de imagens no ar', en: 'Image registry up' },
        run: async () => {
          cluster.setRegistryDown(false)
          return { 'pt-BR': 'No ar.', en: 'Up.' }
        },
      },
    ],
  }
}
