import { textsFor } from '../texts/index.ts'
import { askForJob } from './ask-for-job.ts'
import { chosenEnvironment, environmentSelect } from './environment.ts'
import { entered } from './fields.ts'
import type { Form } from './form.ts'
import { wrong } from './refused.ts'
import { rightsOf } from './rights.ts'
import { formScreen, notAllowedScreen } from './screens.ts'

/** Takes a backup now. */
export const backupForm: Form = {
  async *draw(draft, deps) {
    const { memory } = draft
    const texts = textsFor(draft.locale)
    const rights = await rightsOf(draft, 'backup', deps)
    if (!rights.allowed) return yield notAllowedScreen('backup', { memory, texts, rights })
    const blocks = [environmentSelect(rights, chosenEnvironment(draft, rights), { texts, redraws: false })]
    yield formScreen('backup', { memory, texts, blocks })
  },

  async submit(submitted, deps) {
    const environment = entered(submitted.values, 'environment')
    if (environment === null) {
      return wrong('environment', textsFor(submitted.locale).forms.missing, submitted)
    }
    return await askForJob(submitted, deps, { kind: 'backup', params: { environment } })
  },
}
