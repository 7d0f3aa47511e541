import { revoke, settings } from '../home/commands.ts'
import { freeze, unfreeze } from './ops/freezes.ts'
import { backup, cancel, jobs, log, oneJob, retry } from './ops/jobs.ts'
import { onCall } from './ops/on-call.ts'
import { locks, status, whoami } from './ops/overviews.ts'
import { withSubcommands } from './reading/subcommands.ts'

/** /ops: looking, stopping, holding back. */
export const ops = withSubcommands('ops', [
  { value: status, names: ['status', 'situação'] },
  { value: jobs, names: ['jobs', 'pedidos'] },
  { value: oneJob, names: ['job', 'pedido'] },
  { value: log, names: ['log', 'logs'] },
  { value: cancel, names: ['cancel', 'cancelar'] },
  { value: retry, names: ['retry', 'repetir'] },
  { value: locks, names: ['locks', 'travas'] },
  { value: freeze, names: ['freeze', 'congelar'] },
  { value: unfreeze, names: ['unfreeze', 'descongelar'] },
  { value: backup, names: ['backup'] },
  { value: onCall, names: ['oncall', 'plantão', 'on-call'] },
  { value: whoami, names: ['whoami', 'quemsou'] },
  { value: settings, names: ['settings', 'preferências'] },
  { value: revoke, names: ['revoke', 'revogar'] },
])
