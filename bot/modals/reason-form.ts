import type { ModalView } from '@slack/web-api'
import { reasonLength } from '../commands/reading/quoted.ts'
import type { Texts } from '../texts/index.ts'
import { form, section, textField } from '../views/blocks.ts'

export const reasonForms = { reject: 'job.reject', breakGlass: 'job.break-glass' } as const

/** The field of the form, and where its errors are shown. */
export const reasonField = 'reason'

/** Asks why, before somebody's job is stopped or let through. */
export function reasonForm(
  what: keyof typeof reasonForms,
  about: { jobId: number; channel: string },
  texts: Texts,
): ModalView {
  const { forms } = texts.job
  const { title, submit } = forms[what]
  const field = { id: reasonField, label: forms.reason, hint: forms.reasonHint, ...reasonLength }
  return form({
    id: reasonForms[what],
    title,
    submit,
    close: forms.close,
    metadata: { jobId: String(about.jobId), channel: about.channel },
    blocks: [section(forms[what].about(about.jobId)), textField(field)],
  })
}
