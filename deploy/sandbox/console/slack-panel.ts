import type { SlackStandIn } from '../slack/server.ts'
import type { Panel } from './panels.ts'

const failures = {
  '429': { 'pt-BR': 'limita (429)', en: 'limits (429)' },
  '500': { 'pt-BR': 'dá erro (500)', en: 'fails (500)' },
  silent: { 'pt-BR': 'não responde', en: 'does not answer' },
  reset: { 'pt-BR': 'derruba a conexão', en: 'resets the connection' },
} as const
type Failure = keyof typeof failures
const isFailure = (text: string): text is Failure => text in failures

const everything = { 'pt-BR': 'tudo', en: 'everything' }
const methods = [
  'chat.postMessage',
  'chat.update',
  'chat.postEphemeral',
  'views.open',
  'views.update',
  'views.publish',
  'conversations.open',
  'files.getUploadURLExternal',
  'users.info',
  'response_url',
]
const durations = {
  '10': '10 s',
  '30': '30 s',
  '60': '1 min',
  '300': '5 min',
  '': { 'pt-BR': 'até eu mandar parar', en: 'until I say so' },
}

/** Slack limited or away, wholly or in part, for a while or until told; commands and clicks delivered twice. */
export function slackPanel(slack: SlackStandIn, channels: readonly { id: string; name: string }[]): Panel {
  let pulls = 0
  /** A later pull takes the place of this one, also of its end. */
  const wellAfter = (seconds: number): void => {
    const mine = pulls
    const timer = setTimeout(() => {
      if (mine === pulls) slack.levers({ down: null })
    }, seconds * 1000)
    timer.unref()
  }
  const where = [
    { value: '', label: everything },
    ...channels.map(({ id, name }) => ({ value: id, label: `#${name}` })),
  ]
  return {
    id: 'slack',
    title: 'Slack',
    description: {
      'pt-BR': 'Os comandos continuam valendo; as mensagens alcançam a verdade quando o Slack voltar.',
      en: 'Commands still count; messages catch up with the truth when Slack is back.',
    },
    buttons: [
      {
        id: 'break',
        label: { 'pt-BR': 'Aplicar', en: 'Apply' },
        fields: [
          {
            name: 'how',
            label: { 'pt-BR': 'O Slack', en: 'Slack' },
            type: 'select',
            options: listed(failures),
          },
          {
            name: 'method',
            label: { 'pt-BR': 'Chamada', en: 'Call' },
            type: 'select',
            options: [
              { value: '', label: everything },
              ...methods.map((method) => ({ value: method, label: method })),
            ],
          },
          { name: 'channel', label: { 'pt-BR': 'Canal', en: 'Channel' }, type: 'select', options: where },
          {
            name: 'seconds',
            label: { 'pt-BR': 'Por', en: 'For' },
            type: 'select',
            options: listed(durations).toSorted((one, other) => rank(one.value) - rank(other.value)),
          },
        ],
        run: async ({ how = '', method = '', channel = '', seconds = '' }) => {
          if (!isFailure(how)) throw new Error(`unknown failure ${how}`)
          pulls += 1
          slack.levers({ down: how, method: method || null, channel: channel || null, retryAfterSeconds: 5 })
          if (seconds !== '') wellAfter(Number(seconds))
          return {
            'pt-BR': `O Slack agora ${failures[how]['pt-BR']}.`,
            en: `Slack now ${failures[how].en}.`,
          }
        },
      },
      {
        id: 'well',
        label: { 'pt-BR': 'Bom de novo', en: 'Well again' },
        run: async () => {
          pulls += 1
          slack.levers({ down: null })
          return { 'pt-BR': 'O Slack voltou.', en: 'Slack is back.' }
        },
      },
      {
        id: 'twice',
        label: { 'pt-BR': 'Tudo em dobro', en: 'Everything twice' },
        run: async () => {
          slack.levers({ deliverTwice: true })
          return {
            'pt-BR': 'Cada comando e clique chega duas vezes.',
            en: 'Every command and click arrives twice.',
          }
        },
      },
      {
        id: 'once',
        label: { 'pt-BR': 'Uma vez só', en: 'Just once' },
        run: async () => {
          slack.levers({ deliverTwice: false })
          return {
            'pt-BR': 'Cada comando e clique chega uma vez.',
            en: 'Every command and click arrives once.',
          }
        },
      },
    ],
  }
}

const listed = <Label>(labels: Record<string, Label>): { value: string; label: Label }[] =>
  Object.entries(labels).map(([value, label]) => ({ value, label }))

/** The endless one last. */
const rank = (seconds: string): number => (seconds === '' ? Infinity : Number(seconds))
