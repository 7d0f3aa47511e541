import type { Answer, Locale } from '../asked.ts'
import type { FormName } from '../forms/form.ts'
import { textsFor } from '../texts/index.ts'
import { diagnoseView } from '../views/guide.ts'

/** What a shortcut does: it opens a form, or says something to the one who used it. */
export type ShortcutAct =
  { kind: 'form'; form: FormName } | { kind: 'answer'; answer: (locale: Locale) => Answer }

/** Every shortcut of deploy/slack-manifest.yaml, by its callback id. */
export const shortcuts: Record<string, ShortcutAct> = {
  deploy: { kind: 'form', form: 'deploy' },
  declare: { kind: 'form', form: 'declare' },
  diagnose: { kind: 'answer', answer: (locale) => diagnoseView(textsFor(locale)) },
}
