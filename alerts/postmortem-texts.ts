type Event = (details: Record<string, string>) => string

export interface PostmortemTexts {
  title(id: number): string
  levels: Record<number, string>
  facts: Record<
    | 'level'
    | 'environment'
    | 'opened'
    | 'acknowledged'
    | 'resolved'
    | 'owner'
    | 'commander'
    | 'scribe'
    | 'resolution',
    string
  >
  headings: Record<'timeline' | 'alerts' | 'jobs' | 'pages', string>
  /** What people write themselves. */
  toFillIn: readonly string[]
  blank: string
  none: string
  notYet: string
  after(minutes: number): string
  relative(minutes: number): string
  alert(title: string, counts: { firing: number; total: number }): string
  /** Of further kinds than are listed. */
  otherAlerts(count: number): string
  calls(person: string, count: number): string
  /** By the kind of event; the details are safe to write. */
  events: Partial<Record<string, Event>>
}

const reasonOf = ({ reason }: Record<string, string>): string => (reason ? `: ${reason}` : '')

const portuguese: PostmortemTexts = {
  title: (id) => `Postmortem do incidente ${id}`,
  levels: { 1: 'crítico', 2: 'alto', 3: 'médio' },
  facts: {
    level: 'Nível',
    environment: 'Ambiente',
    opened: 'Aberto',
    acknowledged: 'Reconhecido',
    resolved: 'Resolvido',
    owner: 'Responsável',
    commander: 'Comandante',
    scribe: 'Escriba',
    resolution: 'Resolução',
  },
  headings: {
    timeline: 'Linha do tempo',
    alerts: 'Alertas',
    jobs: 'O que foi executado no ambiente',
    pages: 'Quem foi chamado',
  },
  toFillIn: ['Impacto', 'Causa', 'O que funcionou', 'O que não funcionou', 'Ações'],
  blank: '_A preencher._',
  none: 'Nenhum registro',
  notYet: 'ainda não',
  after: (minutes) => `após ${minutes} min`,
  relative: (minutes) => (minutes < 0 ? `${-minutes} min antes` : `${minutes} min depois`),
  alert: (title, { firing, total }) => `${title}: ${total} no total, ${firing} ainda ativos`,
  otherAlerts: (count) => `mais ${count} de outros tipos`,
  calls: (person, count) => `${person}: ${count === 1 ? '1 chamada' : `${count} chamadas`}`,
  events: {
    opened: () => 'abriu o incidente',
    declared: () => 'declarou o incidente',
    'alert-joined': ({ title, count }) => `recebeu mais alertas: ${title ?? ''} ${count ? `(${count})` : ''}`,
    upgraded: ({ from, to }) => `elevou do nível ${from} para o ${to}`,
    acknowledged: ({ via }) => `reconheceu (${via})`,
    unacknowledged: (details) => `retirou o reconhecimento${reasonOf(details)}`,
    'still-working': () => 'disse que continua trabalhando nisso',
    'still-firing': () => 'avisou que os alertas continuam ativos',
    escalated: ({ round, level }) => `escalou para o nível ${level} da matriz (rodada ${round})`,
    resolved: (details) => `resolveu (${details['via']})${reasonOf(details)}`,
    assigned: ({ to }) => `passou a responsabilidade para ${to}`,
    note: ({ text }) => `anotou: ${text}`,
    role: ({ role, person }) => `deu a ${person} o papel ${role === 'scribe' ? 'escriba' : 'comandante'}`,
    channel: ({ channel }) => `abriu o canal ${channel}`,
    silenced: ({ minutes, reason }) => `silenciou por ${minutes} min: ${reason}`,
    flapping: () => 'notou que os alertas vão e voltam',
    exhausted: () => 'chamou todos; ninguém respondeu',
    'unowned-reminder': ({ count }) => `lembrou que não há responsável (${count})`,
    'page-problem': ({ level, problem }) => `não conseguiu chamar o nível ${level}: ${problem}`,
    fallback: ({ level, why }) => `chamou o nível ${level} por outro caminho: ${why}`,
    'still-rings': ({ level }) => `avisou que o PagerDuty continuava tocando (nível ${level})`,
    'pagerduty-reopened': () => 'reabriu no PagerDuty',
    'pagerduty-escalated': () => 'passou adiante dentro do PagerDuty',
    'pagerduty-closed': () => 'encerrou no PagerDuty; aqui continuou aberto',
    'break-glass': (details) => `usou a emergência no job ${details['jobId']}${reasonOf(details)}`,
    paged: ({ level, who, people }) => `chamou o nível ${level}, ${who}${people ? ` (${people})` : ''}`,
    skipped: ({ level, who }) => `pulou o nível ${level}, ${who}: ninguém de plantão`,
  },
}

const english: PostmortemTexts = {
  title: (id) => `Postmortem of incident ${id}`,
  levels: { 1: 'critical', 2: 'high', 3: 'medium' },
  facts: {
    level: 'Level',
    environment: 'Environment',
    opened: 'Opened',
    acknowledged: 'Acknowledged',
    resolved: 'Resolved',
    owner: 'Owner',
    commander: 'Commander',
    scribe: 'Scribe',
    resolution: 'Resolution',
  },
  headings: {
    timeline: 'Timeline',
    alerts: 'Alerts',
    jobs: 'Jobs on the environment',
    pages: 'Who was called',
  },
  toFillIn: ['Impact', 'Cause', 'What went well', 'What went wrong', 'Actions'],
  blank: '_To be filled in._',
  none: 'None',
  notYet: 'not yet',
  after: (minutes) => `after ${minutes} min`,
  relative: (minutes) => (minutes < 0 ? `${-minutes} min before` : `${minutes} min after`),
  alert: (title, { firing, total }) => `${title}: ${total} in all, ${firing} still firing`,
  otherAlerts: (count) => `${count} more of other kinds`,
  calls: (person, count) => `${person}: ${count === 1 ? '1 call' : `${count} calls`}`,
  events: {
    opened: () => 'opened the incident',
    declared: () => 'declared the incident',
    'alert-joined': ({ title, count }) => `sent more alerts: ${title ?? ''} ${count ? `(${count})` : ''}`,
    upgraded: ({ from, to }) => `raised it from level ${from} to ${to}`,
    acknowledged: ({ via }) => `acknowledged (${via})`,
    unacknowledged: (details) => `took the acknowledge back${reasonOf(details)}`,
    'still-working': () => 'said that they are still at it',
    'still-firing': () => 'said that the alerts still fire',
    escalated: ({ round, level }) => `escalated to level ${level} of the matrix (round ${round})`,
    resolved: (details) => `resolved (${details['via']})${reasonOf(details)}`,
    assigned: ({ to }) => `made ${to} the owner`,
    note: ({ text }) => `noted: ${text}`,
    role: ({ role, person }) => `made ${person} the ${role}`,
    channel: ({ channel }) => `opened the channel ${channel}`,
    silenced: ({ minutes, reason }) => `silenced it for ${minutes} min: ${reason}`,
    flapping: () => 'noticed that the alerts come and go',
    exhausted: () => 'called everybody; nobody answered',
    'unowned-reminder': ({ count }) => `reminded that nobody owns it (${count})`,
    'page-problem': ({ level, problem }) => `could not call level ${level}: ${problem}`,
    fallback: ({ level, why }) => `called level ${level} another way: ${why}`,
    'still-rings': ({ level }) => `said that PagerDuty still rang (level ${level})`,
    'pagerduty-reopened': () => 'reopened it in PagerDuty',
    'pagerduty-escalated': () => 'passed it on within PagerDuty',
    'pagerduty-closed': () => 'closed it in PagerDuty; here it stayed open',
    'break-glass': (details) => `broke the glass for job ${details['jobId']}${reasonOf(details)}`,
    paged: ({ level, who, people }) => `called level ${level}, ${who}${people ? ` (${people})` : ''}`,
    skipped: ({ level, who }) => `passed level ${level} over, ${who}: nobody on call`,
  },
}

export const postmortemTexts: Record<'pt-BR' | 'en', PostmortemTexts> = { 'pt-BR': portuguese, en: english }
