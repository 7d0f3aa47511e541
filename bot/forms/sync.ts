import { textsFor } from '../texts/index.ts'
import { askForJob } from './ask-for-job.ts'
import { entered, option, present, select, typed } from './fields.ts'
import type { Form } from './form.ts'
import { wrong } from './refused.ts'
import { rightsOf } from './rights.ts'
import { formScreen, notAllowedScreen } from './screens.ts'

const entities = ['all', 'products', 'stock', 'prices', 'orders'] as const
const maximumSkuLength = 100

/** Makes Mercado Livre equal to Bling: everything, one kind of thing, or one product. */
export const syncForm: Form = {
  async *draw(draft, deps) {
    const { memory } = draft
    const texts = textsFor(draft.locale)
    const rights = await rightsOf(draft, 'sync', deps)
    if (!rights.allowed) return yield notAllowedScreen('sync', { memory, texts, rights })
    const options = entities.map((name) => option(name, texts.forms.entities[name])).filter(present)
    const { entity, sku } = texts.forms.fields
    const blocks = [
      select({ field: 'entity', ...entity, options, initial: options[0] }),
      typed({ field: 'sku', ...sku, optional: true, maximum: maximumSkuLength }),
    ]
    yield formScreen('sync', { memory, texts, blocks })
  },

  async submit(submitted, deps) {
    const texts = textsFor(submitted.locale)
    const entity = entered(submitted.values, 'entity') ?? 'all'
    const sku = entered(submitted.values, 'sku')
    if (sku !== null && !isSku(sku)) return wrong('sku', texts.asking.notASku(sku), submitted)
    const params = { entity, ...(sku !== null && { sku }) }
    return await askForJob(submitted, deps, { kind: 'sync', params })
  },
}

/** As the command takes it: printable, and nothing that a program could take for an option. */
const isSku = (text: string): boolean =>
  text.length <= maximumSkuLength && !/[\p{Cc}\p{Cf}\p{Cs}]/u.test(text) && !/^[\p{Pd}−]/u.test(text)
