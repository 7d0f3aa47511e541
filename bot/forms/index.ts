import type { ModalHandler } from '../asked.ts'
import { simplified } from '../commands/reading/nearest.ts'
import { readWords } from '../commands/words.ts'
import { backupForm } from './backup.ts'
import { declareForm } from './declare.ts'
import { deployForm } from './deploy.ts'
import { type Form, formId, type FormName, IncidentForm } from './form.ts'
import { freezeForm } from './freeze.ts'
import { assignForm } from './incident/assign.ts'
import { noteForm } from './incident/note.ts'
import { resolveForm } from './incident/resolve.ts'
import { roleForm } from './incident/role.ts'
import { silenceForm } from './incident/silence.ts'
import { overrideForm } from './override.ts'
import { restoreForm } from './restore.ts'
import { rollbackForm } from './rollback.ts'
import { syncForm } from './sync.ts'

export const forms: Record<FormName, Form> = {
  deploy: deployForm,
  rollback: rollbackForm,
  restore: restoreForm,
  sync: syncForm,
  backup: backupForm,
  freeze: freezeForm,
  declare: declareForm,
  resolve: resolveForm,
  assign: assignForm,
  note: noteForm,
  role: roleForm,
  silence: silenceForm,
  override: overrideForm,
}

/** What happens when a form is sent, by its callback id. */
export const submissions: Record<string, ModalHandler> = Object.fromEntries(
  Object.entries(forms).map(([name, form]) => [formId(name as FormName), form.submit]),
)

/** Commands that say nothing more than what to do, in every way they can be typed. */
const bare: Record<string, Record<string, FormName>> = {
  '/deploy': { '': 'deploy' },
  '/rollback': { '': 'rollback' },
  '/restore': { '': 'restore' },
  '/sync': { '': 'sync' },
  '/incident': {
    '': 'declare',
    declare: 'declare',
    declarar: 'declare',
    open: 'declare',
    abrir: 'declare',
    resolve: 'resolve',
    resolver: 'resolve',
    assign: 'assign',
    atribuir: 'assign',
    note: 'note',
    anotar: 'note',
    role: 'role',
    papel: 'role',
    silence: 'silence',
    silenciar: 'silence',
  },
  '/ops': {
    freeze: 'freeze',
    congelar: 'freeze',
    backup: 'backup',
    'oncall override': 'override',
    'plantao override': 'override',
    'oncall substituir': 'override',
    'plantao substituir': 'override',
    'plantao trocar': 'override',
  },
}

/** A command that was typed without its arguments, or with an incident alone: the form for the rest. */
export interface FormOfCommand {
  form: FormName
  incident?: number
}

/** Null: it is for the command to read. */
export function formOfCommand(command: string, text: string): FormOfCommand | null {
  const [first, second, third] = readWords(text)
  if (third !== undefined || (first !== undefined && first.kind !== 'word')) return null
  const names = new Map(Object.entries(bare)).get(command) ?? {}
  const formOf = new Map(Object.entries(names))
  const whole = formOf.get(simplified([first, second].flatMap((word) => word?.text ?? []).join(' ')))
  if (whole !== undefined) return { form: whole }
  const form = formOf.get(simplified(first?.text ?? '')) ?? null
  if (form === null || second === undefined) return null
  const incident = second.kind === 'word' ? /^#?([1-9]\d{0,8})$/.exec(second.text)?.[1] : undefined
  return incident !== undefined && needsMore.safeParse(form).success
    ? { form, incident: Number(incident) }
    : null
}

/** An incident alone says enough to resolve it, but not to do these things. */
const needsMore = IncidentForm.exclude(['resolve'])
