import type { ModalHandler } from '../asked.ts'
import { breakGlass, reject } from './job.ts'
import { reasonForms } from './reason-form.ts'

/** Every form, by its callback id. */
export const modals: Record<string, ModalHandler> = {
  [reasonForms.reject]: reject,
  [reasonForms.breakGlass]: breakGlass,
}
