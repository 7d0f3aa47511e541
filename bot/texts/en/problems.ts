import { code, say } from '../mrkdwn.ts'
import type { ProblemTexts } from '../pt-BR/problems.ts'
import { rolloutReasons } from './rollout-reasons.ts'

export const problems: ProblemTexts = {
  refusals: {
    'invalid-request': () => say`The request is not right. Check the words of the command.`,
    unauthorized: () =>
      say`Plantão did not accept its own bot: their ENGINE_TOKENs differ. Tell whoever looks after Plantão.`,
    'not-allowed': (values) =>
      say`You may not do that: it takes the role ${values.roles('roles')}. If you need it, talk to ${values.text('admins')}.`,
    'unknown-person': () =>
      say`Plantão does not know you yet. ${code('/ops whoami')} has the button that asks for access.`,
    'requester-cannot-approve': () => say`Who asked cannot approve. Ask somebody else.`,
    'no-critical-incident': () =>
      say`The emergency needs an open critical incident. Declare it first: ${code('/incident declare 1 "what is going on"')}.`,
    'not-found': (values) => {
      if (values.has('jobId'))
        return say`There is no job *#${values.text('jobId')}*. ${code('/ops jobs')} shows the newest.`
      if (values.has('incidentId'))
        return say`There is no incident *#${values.text('incidentId')}*. ${code('/incident list')} shows the open ones.`
      if (values.has('silenceId'))
        return say`There is no silence *#${values.text('silenceId')}*. ${code('/incident silences')} shows what there is.`
      if (values.has('overrideId'))
        return say`There is no override no. ${values.text('overrideId')}. ${code('/ops oncall')} shows what there is.`
      return say`That does not exist. ${code('/ops jobs')} shows the jobs, ${code('/incident list')} the incidents.`
    },
    'unknown-environment': (values) =>
      say`I know no environment “${values.text('environment')}”. There are: ${values.text('known')}.`,
    'unknown-version': (values) =>
      say`There is no version “${values.text('version')}”. The newest: ${values.text('known')}.`,
    'unknown-revision': (values) =>
      values.has('revision')
        ? say`There is no revision ${values.text('revision')} of ${values.text('environment')}. There are: ${values.text('known', 'existing')}.`
        : values.has('known')
          ? say`There is nothing to go back to in ${values.text('environment')}. Live before: ${values.text('known')}.`
          : say`There is nothing to go back to in ${values.text('environment')}: nothing was recorded as live yet.`,
    'unknown-backup': (values) =>
      values.has('known') || values.has('existing')
        ? say`There is no backup “${values.text('backup', 'at')}” of ${values.text('environment')}. The newest: ${values.text('known', 'existing')}.`
        : say`There is no backup of ${values.text('environment')} yet. Take one with ${code(`/ops backup ${values.text('environment')}`)}.`,
    'key-reused': () => say`This request got mixed up with another. Send the command again.`,
    frozen: (values) =>
      say`❄️ *${values.text('environment')}* is frozen until ${values.moment('until')}: “${values.text('reason')}”. Wait, or repeat the command with ${code('override "reason"')} at its end if you may go past it.`,
    'wrong-state': (values) =>
      values.has('jobId')
        ? say`That is not possible now: *#${values.text('jobId')}* is ${values.state('state')}.`
        : values.has('incidentId')
          ? say`That is no longer possible: incident *#${values.text('incidentId')}* has moved on. ${code(`/incident show ${values.text('incidentId')}`)} says how it stands.`
          : say`That is no longer possible: things have moved on.`,
    'already-voted': () => say`Your vote is recorded already.`,
    'has-access': () => say`You have access already. ${code('/ops whoami')} says what you may do.`,
    'access-decided': () => say`Somebody else has answered this request for access already.`,
    'unknown-rotation': (values) =>
      values.has('known')
        ? say`There is no rotation “${values.text('rotation')}”. There is: ${values.text('known')}.`
        : say`The runbook file has no rotation yet.`,
    'not-in-runbook': () => say`That person is not in the runbook file: only who is there can be on call.`,
    'roster-in-pagerduty': (values) =>
      values.has('person')
        ? say`PagerDuty calls *${values.text('person')}* in *${values.text('rotation')}* directly, by no schedule: there is nothing to override. Change the escalation policy there.`
        : say`PagerDuty calls by several schedules at once in *${values.text('rotation')}*: name one in the runbook file, under ${code('pagerduty.schedule')}, or override it there.`,
    'not-in-pagerduty': (values) =>
      say`No account of *${values.text('name')}* is known in PagerDuty: fill in ${code('pagerduty')} or ${code('email')} in the runbook file.`,
    'override-refused': (values) => say`PagerDuty did not take that: “${values.text('reason')}”.`,
    'override-over': (values) => say`Override no. ${values.text('id')} is over or was undone already.`,
    'nobody-on-call': () =>
      say`Nobody can be called: no level of the matrix reaches anybody now. ${code('/ops oncall')} shows who is on call; ${code('/ops oncall override @somebody until 18:00')} puts somebody in.`,
    'silence-too-wide': () =>
      say`The alerts of this incident have no label in common that says which alerts they are: a silence would be of others too. Acknowledge the incident instead.`,
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
    'crashed-repeatedly': (values) =>
      say`Plantão died ${values.text('times')} times in this step. Look at its own log before you try again.`,
    'changed-since-approval': (values) =>
      say`Things changed after the approval: now it would be ${values.has('from') ? values.text('from') : 'nothing'} → ${values.text('to')}. Try again to have that approved.`,
    'not-configured': (values) =>
      values.has('vendor')
        ? say`${values.text('vendor')} is not configured. Set the id and the secret of its app and start Plantão again.`
        : say`The database of ${values.text('environment')} is not configured. Set ${code(values.text('variable'))} and start Plantão again.`,
    'secret-unreadable': (values) =>
      say`What is stored of ${values.text('purpose')} cannot be read with this SECRETS_KEY. Go back to the earlier key or connect ${values.text('purpose')} again.`,
    unexpected: (values) =>
      say`Something unexpected: ${values.text('reason')}. Look at the log; if it repeats, tell whoever looks after Plantão.`,

    'rollout-not-settled': (values) =>
      say`*${values.text('component')}* did not come up: ${
        values.known('reason', rolloutReasons) ??
        say`${values.text('reason')}${values.has('detail') ? say` (${values.text('detail')})` : ''}. Look at the log, correct the version and deploy again.`
      }`,
    'health-check-failed': (values) =>
      say`The health check did not pass: ${values.text('failed', 'came')}. Open the details to see what came, and correct it before you repeat.`,
    'release-superseded': (values) => say`A newer change is live in *${values.text('component')}* already.`,
    'release-record-invalid': (values) =>
      say`The record ${code(values.text('record'))} in ${values.text('namespace')} cannot be read (${values.text('problem')}). Correct or delete that ConfigMap.`,
    'registry-unreachable': (values) =>
      say`The versions cannot be listed: ${values.text('registry')} ${values.text('reason')}. Check the environment's “registry” in the runbook file.`,
    'cluster-unreachable': (values) =>
      say`The cluster does not answer (${values.text('reason')}). Check that its API is up and try again.`,
    'cluster-unauthorized': () =>
      say`The cluster no longer accepts Plantão's credentials. Renew the token in the kubeconfig and try again.`,
    'cluster-forbidden': (values) =>
      say`Plantão may not ${code(`${values.text('verb')} ${values.text('resource')}`)} in ${values.text('namespace')}. Grant that to its account in the cluster and try again.`,
    'cluster-refused': (values) =>
      say`The cluster refused ${code(`${values.text('verb')} ${values.text('resource')} ${values.text('name')}`)}: ${values.text('said')}.`,
    'kubeconfig-invalid': (values) =>
      say`The kubeconfig cannot be used: ${values.text('reason')}. Check KUBECONFIG and the context in the runbook file.`,
    'unknown-deployment': (values) =>
      say`There is no deployment ${code(values.text('deployment'))} in ${values.text('namespace')}. Correct the components in the runbook file.`,
    'unknown-container': (values) =>
      say`The deployment ${code(values.text('deployment'))} has no container ${code(values.text('container'))}. Correct the runbook file.`,

    'program-missing': (values) =>
      say`The program ${code(values.text('program'))} is missing on Plantão's machine. Install it and try again.`,
    'program-too-old': (values) =>
      say`${code(values.text('program'))} ${values.text('toolVersion')} cannot read a PostgreSQL ${values.text('serverVersion')}. Install the client of that version and try again.`,
    'program-failed': (values) => say`${code(values.text('program'))} ended with an error. Look at the log.`,
    'program-timed-out': (values) =>
      say`${code(values.text('program'))} did not end within ${values.text('timeoutSeconds')} s and was stopped. The log says how far it came.`,

    'backup-damaged': (values) =>
      say`The backup ${code(values.text('backup'))} is damaged: it is not what was stored. Choose another.`,
    'backup-manifest-invalid': (values) =>
      say`The manifest ${code(values.text('key'))} cannot be read. Choose another backup.`,
    'backup-incomplete': () => say`The copy does not hold every table and was not kept. Try again.`,
    'backup-upload-incomplete': () =>
      say`The copy did not arrive whole at the store and does not count. Try again.`,
    'upload-source-broken': (values) =>
      say`The copy could not be read while storing it (${values.text('reason')}). Try again.`,
    'backup-download-broken': (values) =>
      say`The backup ${code(values.text('backup'))} stopped arriving half-way (${values.text('reason')}). Try again.`,
    'restore-mismatch': (values) =>
      say`What was loaded is not what was stored: ${values.text('what')}, expected ${values.text('expected')}, found ${values.text('found')}. Try again or choose another backup.`,
    'roles-missing': (values) =>
      say`The backup needs roles that this server does not have: ${values.text('roles')}. Create them in PostgreSQL and try again.`,
    'object-store-unreachable': (values) =>
      say`The store of the backups does not answer (${values.text('reason')}). Check that it is up and try again.`,
    'object-store-refused': (values) =>
      say`The store of the backups does not let Plantão in (${values.text('reason')}). Check the AWS credentials and try again.`,
    'bucket-missing': (values) =>
      say`There is no bucket ${code(values.text('bucket'))}. Create it or correct BACKUP_BUCKET, and try again.`,
    'object-missing': (values) =>
      say`${code(values.text('key'))} is no longer in the store. Choose another backup.`,

    'database-unreachable': (values) =>
      say`The database at ${values.text('server')} does not answer (${values.text('reason')}). Check that it is up and try again.`,
    'database-login-refused': (values) =>
      say`The database at ${values.text('server')} does not accept the user ${code(values.text('role'))}. Correct the database's address and try again.`,
    'database-missing': (values) =>
      say`There is no database ${code(values.text('database'))} at ${values.text('server')}. Correct the address or create it.`,
    'database-not-permitted': (values) =>
      say`The user ${code(values.text('role'))} may not do that at ${values.text('server')}: ${values.text('reason')}.`,
    'database-disk-full': (values) =>
      say`The database at ${values.text('server')} has no disk space left. Free some and try again.`,
    'database-in-use': (values) =>
      say`The names could not be exchanged: ${values.text('databases')} is still in use by ${values.text('holders')}. End those connections and try again.`,
    'database-name-taken': (values) =>
      say`There is a database ${code(values.text('database'))} that is not of this job; it was left alone. Rename or drop it, and try again.`,
    'side-database-missing': () => say`The database beside is gone. Try again from where it is created.`,
    'side-database-not-loaded': () => say`The database beside is not complete. Try again from the loading.`,
    'swap-superseded': (values) =>
      say`Another restore has replaced ${code(values.text('database'))} since. The earlier database is still kept as ${code(values.text('keepAs'))}.`,
    'kept-database-missing': (values) =>
      say`The earlier database ${code(values.text('database'))} is gone: the swap cannot be undone. Restore another backup.`,

    'unknown-sku': (values) =>
      say`Neither Bling nor Mercado Livre knows the SKU ${code(values.text('sku'))}. Capitals count.`,
    'sync-needs-credentials': (values) =>
      say`${values.text('vendor')} no longer accepts the connected account. Connect it again and repeat.`,
    'sync-throttled': (values) =>
      say`${values.text('vendor')} refuses calls as too many. Try later: what is done stays done.`,
    'sync-vendor-refused': (values) =>
      say`${values.text('vendor')} refused what was asked (${values.text('code')}). Repeating will not help: tell whoever looks after Plantão.`,
    'sync-vendor-unavailable': (values) =>
      say`${values.text('vendor')} does not answer as it should (${values.text('code')}). Try again when it is well.`,
  },
  engineSilent: say`Plantão did not answer in time. It tries again by itself, and nothing runs twice. If nothing appears in a minute, send it again.`,
}
