import type { Panel, PanelButton } from './console/console.ts'
import type { World } from './world.ts'

/** The programs that can be killed. */
export type Children = Record<'engine' | 'bot', { kill(): void }>

/** The console's "break things" drawer: every lever of this sandbox. */
export function breakThings(world: World, children: Children): Panel[] {
  return [versions(world), slack(world), processes(world, children), vendors(world)]
}

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
          options: cluster.publishedVersions(),
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

const slack = ({ slack: standIn }: World): Panel => {
  const outage = (
    id: string,
    down: '429' | '500' | 'silent' | 'reset' | null,
    label: PanelButton['label'],
  ): PanelButton => ({
    id,
    label,
    run: async () => {
      standIn.levers({ down })
      return down === null
        ? { 'pt-BR': 'Slack voltou.', en: 'Slack is back.' }
        : { 'pt-BR': `Slack agora responde: ${down}.`, en: `Slack now answers: ${down}.` }
    },
  })
  return {
    id: 'slack',
    title: 'Slack',
    description: {
      'pt-BR': 'Os comandos continuam valendo; as mensagens alcançam a verdade quando o Slack voltar.',
      en: 'Commands still count; messages catch up with the truth when Slack is back.',
    },
    buttons: [
      outage('limited', '429', { 'pt-BR': 'Limitado (429)', en: 'Limited (429)' }),
      outage('broken', '500', { 'pt-BR': 'Com erro (500)', en: 'Failing (500)' }),
      outage('silent', 'silent', { 'pt-BR': 'Mudo', en: 'Silent' }),
      outage('well', null, { 'pt-BR': 'Bom de novo', en: 'Well again' }),
      {
        id: 'twice',
        label: { 'pt-BR': 'Entregar tudo duas vezes', en: 'Deliver everything twice' },
        run: async () => {
          standIn.levers({ deliverTwice: true })
          return {
            'pt-BR': 'Cada comando e clique chega duas vezes.',
            en: 'Every command and click arrives twice.',
          }
        },
      },
    ],
  }
}

const processes = ({ postgres }: World, children: Children): Panel => ({
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
    {
      id: 'postgres',
      label: { 'pt-BR': 'Reiniciar o Postgres', en: 'Restart Postgres' },
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
    ],
  }
}
