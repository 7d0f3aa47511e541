import type { ModalHandler } from '../asked.ts'
import { submissions } from '../forms/index.ts'
import { breakGlass, reject } from './job.ts'
import { reasonForms } from './reason-form.ts'

/** Every form, by its callback id. */
export const modals: Record<string, ModalHandler> = {
  ...submissions,
  [reasonForms.reject]: reject,
  [reasonForms.breakGlass]: breakGlass,
}
