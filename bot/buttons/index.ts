import type { ButtonHandler } from '../asked.ts'
import { approve, breakGlass, cancel, log, reject, retry } from './job.ts'

/** Every button of a card, by its action id. */
export const buttons: Record<string, ButtonHandler> = {
  'job.approve': approve,
  'job.reject': reject,
  'job.break-glass': breakGlass,
  'job.cancel': cancel,
  'job.retry': retry,
  'job.log': log,
}
