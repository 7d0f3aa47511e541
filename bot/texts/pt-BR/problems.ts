import { code, say, type Mrkdwn } from '../mrkdwn.ts'
import { rolloutReasons } from './rollout-reasons.ts'

/** Reads what a problem came with; where a value is missing, the engine's English sentence is shown instead. */
export interface Values {
  /** The first of these names that has a value. */
  text(...names: string[]): string
  moment(name: string): Mrkdwn
  roles(name: string): string
  /** The state of a job. */
  state(name: string): string
  /** The sentence a catalogue has for this value; undefined where it has none. */
  known(name: string, sentences: Record<string, Mrkdwn>): Mrkdwn | undefined
  has(name: string): boolean
}
export type Sentence = (values: Values) => Mrkdwn

/** By code: what is wrong and what to do about it. */
export interface ProblemTexts {
  /** What the engine answers to a request. */
  refusals: Record<keyof typeof refusals, Sentence>
  /** Why a job or a step ended badly. */
  failures: Record<keyof typeof failures, Sentence>
  engineSilent: Mrkdwn
}

const refusals = {
  'invalid-request': () => say`O pedido não está certo. Confira as palavras do comando.`,
  unauthorized: () =>
    say`O Plantão não aceitou o próprio bot: o ENGINE_TOKEN dos dois não é o mesmo. Avise quem cuida do Plantão.`,
  'not-allowed': (values: Values) =>
    say`Você não tem permissão para isso: precisa do papel de ${values.roles('roles')}. Se precisar, fale com ${values.text('admins')}.`,
  'unknown-person': () =>
    say`O Plantão ainda não conhece você. ${code('/ops quemsou')} traz o botão para pedir acesso.`,
  'requester-cannot-approve': () => say`Quem pediu não pode aprovar. Peça a outra pessoa.`,
  'no-critical-incident': () =>
    say`A emergência só vale com um incidente crítico aberto. Declare antes: ${code('/incident declarar 1 "o que está acontecendo"')}.`,
  'not-found': (values: Values) => {
    if (values.has('jobId'))
      return say`O pedido *#${values.text('jobId')}* não existe. ${code('/ops jobs')} mostra os mais recentes.`
    if (values.has('incidentId'))
      return say`O incidente *#${values.text('incidentId')}* não existe. ${code('/incident lista')} mostra os abertos.`
    if (values.has('silenceId'))
      return say`O silêncio *#${values.text('silenceId')}* não existe. ${code('/incident silêncios')} mostra os que há.`
    if (values.has('overrideId'))
      return say`A substituição nº ${values.text('overrideId')} não existe. ${code('/ops plantão')} mostra as que há.`
    return say`Isso não existe. ${code('/ops jobs')} mostra os pedidos e ${code('/incident lista')} os incidentes.`
  },
  'unknown-environment': (values: Values) =>
    say`Não conheço o ambiente “${values.text('environment')}”. Existem: ${values.text('known')}.`,
  'unknown-version': (values: Values) =>
    say`A versão “${values.text('version')}” não existe. As mais novas: ${values.text('known')}.`,
  'unknown-revision': (values: Values) =>
    values.has('revision')
      ? say`A revisão ${values.text('revision')} de ${values.text('environment')} não existe. Existem: ${values.text('known', 'existing')}.`
      : values.has('known')
        ? say`Não há para onde voltar em ${values.text('environment')}. Já estiveram no ar: ${values.text('known')}.`
        : say`Não há para onde voltar em ${values.text('environment')}: nada foi registrado no ar ainda.`,
  'unknown-backup': (values: Values) =>
    values.has('known') || values.has('existing')
      ? say`Não há backup “${values.text('backup', 'at')}” de ${values.text('environment')}. Os mais novos: ${values.text('known', 'existing')}.`
      : say`Ainda não há backup de ${values.text('environment')}. Faça um com ${code(`/ops backup ${values.text('environment')}`)}.`,
  'key-reused': () => say`Este pedido se confundiu com outro. Envie o comando de novo.`,
  frozen: (values: Values) =>
    say`❄️ *${values.text('environment')}* está congelado até ${values.moment('until')}: “${values.text('reason')}”. Espere, ou repita o comando com ${code('forçar "motivo"')} no fim se você pode passar por cima.`,
  'wrong-state': (values: Values) =>
    values.has('jobId')
      ? say`Não dá agora: *#${values.text('jobId')}* está assim: ${values.state('state')}.`
      : values.has('incidentId')
        ? say`Não dá mais: o incidente *#${values.text('incidentId')}* mudou nesse meio tempo. ${code(`/incident ver ${values.text('incidentId')}`)} mostra como está.`
        : say`Não dá mais: mudou de estado nesse meio tempo.`,
  'already-voted': () => say`Seu voto já está registrado.`,
  'has-access': () => say`Você já tem acesso. ${code('/ops quemsou')} mostra o que pode fazer.`,
  'access-decided': () => say`Outra pessoa já respondeu a este pedido de acesso.`,
  'unknown-rotation': (values: Values) =>
    values.has('known')
      ? say`Não há escala “${values.text('rotation')}”. Existem: ${values.text('known')}.`
      : say`O arquivo do runbook ainda não tem escala de plantão.`,
  'not-in-runbook': () =>
    say`Essa pessoa não está no arquivo do runbook: sem estar lá, ninguém fica de plantão.`,
  'roster-in-pagerduty': (values: Values) =>
    values.has('person')
      ? say`Em *${values.text('rotation')}* o PagerDuty chama *${values.text('person')}* diretamente, sem escala: não há o que substituir. Mude a política de escalação lá.`
      : say`Em *${values.text('rotation')}* o PagerDuty chama por várias escalas ao mesmo tempo: indique uma no arquivo do runbook, em ${code('pagerduty.schedule')}, ou faça a substituição lá.`,
  'not-in-pagerduty': (values: Values) =>
    say`Não se conhece a conta de *${values.text('name')}* no PagerDuty: preencha ${code('pagerduty')} ou ${code('email')} no arquivo do runbook.`,
  'override-refused': (values: Values) => say`O PagerDuty não aceitou: “${values.text('reason')}”.`,
  'override-over': (values: Values) =>
    say`A substituição nº ${values.text('id')} já acabou ou já foi desfeita.`,
  'nobody-on-call': () =>
    say`Não há quem chamar: nenhum nível da matriz alcança alguém agora. ${code('/ops plantão')} mostra quem está de plantão; ${code('/ops plantão substituir @alguém até 18:00')} põe alguém.`,
  'silence-too-wide': () =>
    say`Os alertas deste incidente não têm em comum nenhum rótulo que diga quais alertas são: um silêncio valeria para outros também. Reconheça o incidente.`,
  'body-too-large': () => say`O texto é longo demais. Encurte e envie de novo.`,
  unavailable: () =>
    say`O Plantão está sem acesso a algo de que precisa. Nada foi feito; tente de novo em um minuto.`,
  internal: () => say`Algo deu errado no Plantão. Tente de novo; se repetir, avise quem cuida dele.`,
} satisfies Record<string, Sentence>

const failures = {
  'approval-expired': () => say`Ninguém aprovou a tempo. Peça de novo quando houver quem aprove.`,
  rejected: (values: Values) => say`Rejeitado: “${values.text('reason')}”.`,
  cancelled: () => say`Cancelado.`,
  'timed-out': () => say`A etapa passou do tempo limite e foi parada. Veja o log e tente de novo.`,
  'crashed-repeatedly': (values: Values) =>
    say`O Plantão caiu ${values.text('times')} vezes nesta etapa. Veja o log do próprio Plantão antes de tentar de novo.`,
  'changed-since-approval': (values: Values) =>
    say`Depois da aprovação a situação mudou: agora seria ${values.has('from') ? values.text('from') : 'nada'} → ${values.text('to')}. Tente de novo para aprovar a mudança atual.`,
  'not-configured': (values: Values) =>
    values.has('vendor')
      ? say`${values.text('vendor')} não está configurado. Preencha o id e o segredo do aplicativo dele e reinicie o Plantão.`
      : say`O banco de ${values.text('environment')} não está configurado. Preencha ${code(values.text('variable'))} e reinicie o Plantão.`,
  'secret-unreadable': (values: Values) =>
    say`O que está guardado de ${values.text('purpose')} não abre com a SECRETS_KEY atual. Volte à chave de antes ou conecte ${values.text('purpose')} de novo.`,
  unexpected: (values: Values) =>
    say`Algo inesperado: ${values.text('reason')}. Veja o log; se repetir, avise quem cuida do Plantão.`,

  'rollout-not-settled': (values: Values) =>
    say`*${values.text('component')}* não ficou de pé: ${
      values.known('reason', rolloutReasons) ??
      say`${values.text('reason')}${values.has('detail') ? say` (${values.text('detail')})` : ''}. Veja o log, corrija a versão e faça outro deploy.`
    }`,
  'health-check-failed': (values: Values) =>
    say`A verificação de saúde não passou: ${values.text('failed', 'came')}. Abra os detalhes para ver o que veio, e corrija antes de repetir.`,
  'release-superseded': (values: Values) =>
    say`Outra mudança mais nova já está no ar em *${values.text('component')}*.`,
  'release-record-invalid': (values: Values) =>
    say`O registro ${code(values.text('record'))} em ${values.text('namespace')} não pode ser lido (${values.text('problem')}). Corrija ou apague esse ConfigMap.`,
  'registry-unreachable': (values: Values) =>
    say`Não deu para listar as versões: ${values.text('registry')} ${values.text('reason')}. Confira o “registry” do ambiente no arquivo do runbook.`,
  'cluster-unreachable': (values: Values) =>
    say`O cluster não responde (${values.text('reason')}). Confira se a API dele está no ar e tente de novo.`,
  'cluster-unauthorized': () =>
    say`O cluster não aceita mais a credencial do Plantão. Renove o token no kubeconfig e tente de novo.`,
  'cluster-forbidden': (values: Values) =>
    say`O Plantão não pode fazer ${code(`${values.text('verb')} ${values.text('resource')}`)} em ${values.text('namespace')}. Dê essa permissão à conta dele no cluster e tente de novo.`,
  'cluster-refused': (values: Values) =>
    say`O cluster recusou ${code(`${values.text('verb')} ${values.text('resource')} ${values.text('name')}`)}: ${values.text('said')}.`,
  'kubeconfig-invalid': (values: Values) =>
    say`O kubeconfig não serve: ${values.text('reason')}. Confira KUBECONFIG e o contexto no arquivo do runbook.`,
  'unknown-deployment': (values: Values) =>
    say`O deployment ${code(values.text('deployment'))} não existe em ${values.text('namespace')}. Corrija os componentes no arquivo do runbook.`,
  'unknown-container': (values: Values) =>
    say`O deployment ${code(values.text('deployment'))} não tem o contêiner ${code(values.text('container'))}. Corrija o arquivo do runbook.`,

  'program-missing': (values: Values) =>
    say`Falta o programa ${code(values.text('program'))} na máquina do Plantão. Instale e tente de novo.`,
  'program-too-old': (values: Values) =>
    say`O ${code(values.text('program'))} ${values.text('toolVersion')} não lê um PostgreSQL ${values.text('serverVersion')}. Instale o cliente da mesma versão e tente de novo.`,
  'program-failed': (values: Values) => say`O ${code(values.text('program'))} terminou com erro. Veja o log.`,
  'program-timed-out': (values: Values) =>
    say`O ${code(values.text('program'))} não terminou em ${values.text('timeoutSeconds')} s e foi parado. Veja no log até onde foi.`,

  'backup-damaged': (values: Values) =>
    say`O backup ${code(values.text('backup'))} está danificado: não é o que foi guardado. Escolha outro.`,
  'backup-manifest-invalid': (values: Values) =>
    say`A ficha do backup ${code(values.text('key'))} não pode ser lida. Escolha outro backup.`,
  'backup-incomplete': () => say`A cópia não tem todas as tabelas e não foi guardada. Tente de novo.`,
  'backup-upload-incomplete': () =>
    say`A cópia não chegou inteira ao armazenamento e não vale. Tente de novo.`,
  'upload-source-broken': (values: Values) =>
    say`A cópia não pôde ser lida ao guardar (${values.text('reason')}). Tente de novo.`,
  'backup-download-broken': (values: Values) =>
    say`O backup ${code(values.text('backup'))} parou de chegar no meio (${values.text('reason')}). Tente de novo.`,
  'restore-mismatch': (values: Values) =>
    say`O que foi carregado não é o que foi guardado: ${values.text('what')}, esperado ${values.text('expected')}, veio ${values.text('found')}. Tente de novo ou escolha outro backup.`,
  'roles-missing': (values: Values) =>
    say`O backup precisa de papéis que este servidor não tem: ${values.text('roles')}. Crie-os no PostgreSQL e tente de novo.`,
  'object-store-unreachable': (values: Values) =>
    say`O armazenamento de backups não responde (${values.text('reason')}). Confira se está no ar e tente de novo.`,
  'object-store-refused': (values: Values) =>
    say`O armazenamento de backups não deixa o Plantão entrar (${values.text('reason')}). Confira as credenciais AWS e tente de novo.`,
  'bucket-missing': (values: Values) =>
    say`O bucket ${code(values.text('bucket'))} não existe. Crie-o ou corrija BACKUP_BUCKET, e tente de novo.`,
  'object-missing': (values: Values) =>
    say`${code(values.text('key'))} não está mais no armazenamento. Escolha outro backup.`,

  'database-unreachable': (values: Values) =>
    say`O banco em ${values.text('server')} não responde (${values.text('reason')}). Confira se está no ar e tente de novo.`,
  'database-login-refused': (values: Values) =>
    say`O banco em ${values.text('server')} não aceita o usuário ${code(values.text('role'))}. Corrija o endereço do banco e tente de novo.`,
  'database-missing': (values: Values) =>
    say`O banco ${code(values.text('database'))} não existe em ${values.text('server')}. Corrija o endereço ou crie o banco.`,
  'database-not-permitted': (values: Values) =>
    say`O usuário ${code(values.text('role'))} não pode fazer isso em ${values.text('server')}: ${values.text('reason')}.`,
  'database-disk-full': (values: Values) =>
    say`O banco em ${values.text('server')} está sem espaço em disco. Libere espaço e tente de novo.`,
  'database-in-use': (values: Values) =>
    say`Não deu para trocar os nomes: ${values.text('databases')} ainda está em uso por ${values.text('holders')}. Encerre essas conexões e tente de novo.`,
  'database-name-taken': (values: Values) =>
    say`Já existe um banco ${code(values.text('database'))} que não é deste pedido; ele ficou como estava. Renomeie ou apague, e tente de novo.`,
  'side-database-missing': () => say`O banco ao lado não existe mais. Tente de novo desde a criação dele.`,
  'side-database-not-loaded': () => say`O banco ao lado não está completo. Tente de novo desde a carga.`,
  'swap-superseded': (values: Values) =>
    say`Outro restore já trocou ${code(values.text('database'))}. O banco de antes continua guardado como ${code(values.text('keepAs'))}.`,
  'kept-database-missing': (values: Values) =>
    say`O banco de antes, ${code(values.text('database'))}, não está mais lá: a troca não pode ser desfeita. Restaure outro backup.`,

  'unknown-sku': (values: Values) =>
    say`Nem o Bling nem o Mercado Livre conhecem o SKU ${code(values.text('sku'))}. Confira maiúsculas e minúsculas.`,
  'sync-needs-credentials': (values: Values) =>
    say`${values.text('vendor')} não aceita mais a conta conectada. Conecte a conta de novo e repita.`,
  'sync-throttled': (values: Values) =>
    say`${values.text('vendor')} está recusando chamadas por excesso. Tente mais tarde: o que já foi feito fica.`,
  'sync-vendor-refused': (values: Values) =>
    say`${values.text('vendor')} recusou o que foi pedido (${values.text('code')}). Repetir não resolve: avise quem cuida do Plantão.`,
  'sync-vendor-unavailable': (values: Values) =>
    say`${values.text('vendor')} não está respondendo direito (${values.text('code')}). Tente de novo quando ele voltar.`,
} satisfies Record<string, Sentence>

export const problems: ProblemTexts = {
  refusals,
  failures,
  engineSilent: say`O Plantão não respondeu a tempo. Ele tenta de novo sozinho, e nada roda duas vezes. Se nada aparecer em um minuto, envie de novo.`,
}
