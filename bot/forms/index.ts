import type { ModalHandler } from '../asked.ts'
import { simplified } from '../commands/reading/nearest.ts'
import { readWords } from '../commands/words.ts'
import { backupForm } from './backup.ts'
import { declareForm } from './declare.ts'
import { deployForm } from './deploy.ts'
import { type Form, formId, type FormName } from './form.ts'
import { freezeForm } from './freeze.ts'
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
  '/incident': { declare: 'declare', declarar: 'declare', open: 'declare', abrir: 'declare' },
  '/ops': { freeze: 'freeze', congelar: 'freeze', backup: 'backup' },
}

/** The form for a command that was typed without its arguments; null: it is for the command to read. */
export function formOfCommand(command: string, text: string): FormName | null {
  const [first, second] = readWords(text)
  if (second !== undefined || (first !== undefined && first.kind !== 'word')) return null
  const names = new Map(Object.entries(bare)).get(command) ?? {}
  return new Map(Object.entries(names)).get(simplified(first?.text ?? '')) ?? null
}
