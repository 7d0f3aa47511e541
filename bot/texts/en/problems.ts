import { code, say } from '../mrkdwn.ts'
import type { ProblemTexts } from '../pt-BR/problems.ts'

export const problems: ProblemTexts = {
  refusals: {
    'invalid-request': () => say`The request is not right. Check the words of the command.`,
    unauthorized: () =>
      say`Plantão did not accept its own bot: their ENGINE_TOKENs differ. Tell whoever looks after Plantão.`,
    'not-allowed': () =>
      say`You may not do that. ${code('/ops whoami')} shows what you may do and whom to ask.`,
    'unknown-person': () =>
      say`Plantão does not know you yet. ${code('/ops whoami')} shows whom to ask for access.`,
    'requester-cannot-approve': () => say`Who asked cannot approve. Ask somebody else.`,
    'no-critical-incident': () =>
      say`The emergency needs an open critical incident. Declare it first: ${code('/incident declare 1 "what is going on"')}.`,
    'not-found': () =>
      say`That does not exist. ${code('/ops jobs')} shows the jobs, ${code('/incident list')} the incidents.`,
    'unknown-environment': (values) =>
      say`I know no environment “${values.text('environment')}”. There are: ${values.text('known')}.`,
    'unknown-version': (values) =>
      say`There is no version “${values.text('version')}”. The newest: ${values.text('known')}.`,
    'unknown-revision': (values) =>
      say`There is no revision ${values.text('revision')} of ${values.text('environment')}. There are: ${values.text('existing')}.`,
    'unknown-backup': (values) =>
      say`There is no backup “${values.text('backup')}”. The newest: ${values.text('known')}.`,
    'key-reused': () => say`This request got mixed up with another. Send the command again.`,
    frozen: (values) =>
      say`❄️ *${values.text('environment')}* is frozen until ${values.moment('until')}: “${values.text('reason')}”. Wait, or repeat the command with ${code('override "reason"')} if you may go past it.`,
    'wrong-state': () => say`That is no longer possible: the job has moved on.`,
    'already-voted': () => say`Your vote is recorded already.`,
    'body-too-large': () => say`The text is too long. Shorten it and send it again.`,
    unavailable: () => say`Plantão cannot reach something it needs. Nothing was done; try again in a minute.`,
    internal: () =>
      say`Something went wrong in Plantão. Try again; if it repeats, tell whoever looks after it.`,
  },
  failures: {
    'approval-expired': () => say`Nobody approved in time. Ask again when somebody can.`,
    rejected: (values) => say`Rejected: “${values.text('reason')}”.`,
    cancelled: () => say`Cancelled.`,
    'timed-out': () => say`The step ran past its time limit and was stopped. Look at the log and try again.`,
    'changed-since-approval': (values) =>
      say`Things changed after the approval: now it would be ${values.text('from')} → ${values.text('to')}. Try again to have that approved.`,
    'rollout-not-settled': (values) =>
      say`*${values.text('component')}* did not come up: ${values.text('reason')}. Look at the log, correct the version and deploy again.`,
    'health-check-failed': (values) =>
      say`The check *${values.text('check')}* failed: ${values.text('reason')}. Look at the log and correct it before you repeat.`,
    'cluster-unreachable': (values) =>
      say`The cluster does not answer (${values.text('reason')}). Check that its API is up and try again.`,
    'cluster-unauthorized': () =>
      say`The cluster no longer accepts Plantão's credentials. Renew the token in the kubeconfig and try again.`,
    'cluster-forbidden': (values) =>
      say`Plantão may not ${code(`${values.text('verb')} ${values.text('resource')}`)} in ${values.text('namespace')}. Grant that to its account in the cluster and try again.`,
    'kubeconfig-invalid': (values) =>
      say`The kubeconfig cannot be used: ${values.text('reason')}. Check KUBECONFIG and the context in the runbook file.`,
    'unknown-deployment': (values) =>
      say`There is no deployment ${code(values.text('deployment'))} in ${values.text('namespace')}. Correct the components in the runbook file.`,
    'unknown-container': (values) =>
      say`The deployment ${code(values.text('deployment'))} has no container ${code(values.text('container'))}. Correct the runbook file.`,
    'release-superseded': (values) =>
      say`A newer change is live in *${values.text('component')}* already. Nothing was changed.`,
    'program-missing': (values) =>
      say`The program ${code(values.text('program'))} is missing on Plantão's machine. Install it and try again.`,
    'backup-corrupt': () => say`The backup is not what was stored: it is damaged. Use another backup.`,
    unexpected: (values) =>
      say`Something unexpected: ${values.text('reason')}. Look at the log; if it repeats, tell whoever looks after Plantão.`,
  },
  engineSilent: say`Plantão did not answer in time. It tries again by itself, and nothing runs twice. If nothing appears in a minute, send it again.`,
}
