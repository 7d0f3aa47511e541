import { code, say, type Mrkdwn } from '../mrkdwn.ts'

/** Reads a value the problem came with; where it is missing, the engine's English sentence is shown instead. */
export interface Values {
  text(name: string): string
  moment(name: string): Mrkdwn
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
  'not-allowed': () =>
    say`Você não tem permissão para isso. ${code('/ops quemsou')} mostra o que você pode fazer e a quem pedir.`,
  'unknown-person': () =>
    say`O Plantão ainda não conhece você. ${code('/ops quemsou')} mostra a quem pedir acesso.`,
  'requester-cannot-approve': () => say`Quem pediu não pode aprovar. Peça a outra pessoa.`,
  'no-critical-incident': () =>
    say`A emergência só vale com um incidente crítico aberto. Declare antes: ${code('/incident declarar 1 "o que está acontecendo"')}.`,
  'not-found': () =>
    say`Isso não existe. ${code('/ops jobs')} mostra os pedidos e ${code('/incident lista')} os incidentes.`,
  'unknown-environment': (values: Values) =>
    say`Não conheço o ambiente “${values.text('environment')}”. Existem: ${values.text('known')}.`,
  'unknown-version': (values: Values) =>
    say`A versão “${values.text('version')}” não existe. As mais novas: ${values.text('known')}.`,
  'unknown-revision': (values: Values) =>
    say`A revisão ${values.text('revision')} não existe em ${values.text('environment')}. Existem: ${values.text('existing')}.`,
  'unknown-backup': (values: Values) =>
    say`O backup “${values.text('backup')}” não existe. Os mais novos: ${values.text('known')}.`,
  'key-reused': () => say`Este pedido se confundiu com outro. Envie o comando de novo.`,
  frozen: (values: Values) =>
    say`❄️ *${values.text('environment')}* está congelado até ${values.moment('until')}: “${values.text('reason')}”. Espere, ou repita o comando com ${code('forçar "motivo"')} se você pode passar por cima.`,
  'wrong-state': () => say`Isso não é mais possível: o pedido mudou de estado.`,
  'already-voted': () => say`Seu voto já está registrado.`,
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
  'changed-since-approval': (values: Values) =>
    say`Depois da aprovação a situação mudou: agora seria ${values.text('from')} → ${values.text('to')}. Tente de novo para aprovar a mudança atual.`,
  'rollout-not-settled': (values: Values) =>
    say`*${values.text('component')}* não ficou de pé: ${values.text('reason')}. Veja o log, corrija a versão e faça outro deploy.`,
  'health-check-failed': (values: Values) =>
    say`A verificação *${values.text('check')}* falhou: ${values.text('reason')}. Veja o log e corrija antes de repetir.`,
  'cluster-unreachable': (values: Values) =>
    say`O cluster não responde (${values.text('reason')}). Confira se a API dele está no ar e tente de novo.`,
  'cluster-unauthorized': () =>
    say`O cluster não aceita mais a credencial do Plantão. Renove o token no kubeconfig e tente de novo.`,
  'cluster-forbidden': (values: Values) =>
    say`O Plantão não pode fazer ${code(`${values.text('verb')} ${values.text('resource')}`)} em ${values.text('namespace')}. Dê essa permissão à conta dele no cluster e tente de novo.`,
  'kubeconfig-invalid': (values: Values) =>
    say`O kubeconfig não serve: ${values.text('reason')}. Confira KUBECONFIG e o contexto no arquivo do runbook.`,
  'unknown-deployment': (values: Values) =>
    say`O deployment ${code(values.text('deployment'))} não existe em ${values.text('namespace')}. Corrija os componentes no arquivo do runbook.`,
  'unknown-container': (values: Values) =>
    say`O deployment ${code(values.text('deployment'))} não tem o contêiner ${code(values.text('container'))}. Corrija o arquivo do runbook.`,
  'release-superseded': (values: Values) =>
    say`Outra mudança mais nova já está no ar em *${values.text('component')}*. Nada foi alterado.`,
  'program-missing': (values: Values) =>
    say`Falta o programa ${code(values.text('program'))} na máquina do Plantão. Instale e tente de novo.`,
  'backup-corrupt': () =>
    say`O backup não confere com o que foi guardado: está corrompido. Use outro backup.`,
  unexpected: (values: Values) =>
    say`Algo inesperado: ${values.text('reason')}. Veja o log; se repetir, avise quem cuida do Plantão.`,
} satisfies Record<string, Sentence>

export const problems: ProblemTexts = {
  refusals,
  failures,
  engineSilent: say`O Plantão não respondeu a tempo. Ele tenta de novo sozinho, e nada roda duas vezes. Se nada aparecer em um minuto, envie de novo.`,
}
