import type { KnownBlock, ModalView, PlainTextOption } from '@slack/web-api'
import type { NewPlan } from '../../engine/client.ts'
import { reasonLength } from '../commands/reading/quoted.ts'
import { textsFor } from '../texts/index.ts'
import { cardContext } from '../views/card-context.ts'
import { context } from '../views/blocks.ts'
import { askForJob } from './ask-for-job.ts'
import { chosenEnvironment, environmentSelect } from './environment.ts'
import { entered, search, typed } from './fields.ts'
import { memoryOf, type Draft, type Form, type FormDeps, type FormValues, type Offer } from './form.ts'
import { lookAhead, previewBlocks, type Preview } from './preview.ts'
import { wrong } from './refused.ts'
import { rightsOf, type Rights } from './rights.ts'
import { formScreen, notAllowedScreen } from './screens.ts'

/** A form for something that changes an environment: where, to what, and what that will do. */
export interface ChangeForm {
  kind: 'deploy' | 'rollback' | 'restore'
  /** What one can mean without looking for it. */
  initial(draft: Draft): PlainTextOption | null
  /** Whether a choice made for one environment still stands in another. */
  choiceIsCommon: boolean
  params(environment: string, choice: string): Record<string, unknown>
  offer(draft: Draft, query: string, deps: FormDeps): Promise<Offer>
}

export function changeForm(kind: ChangeForm): Form {
  return {
    draw: (draft, deps) => draw(kind, draft, deps),

    offer: async (draft, query, deps) => await kind.offer(draft, query, deps),

    async submit(submitted, deps) {
      const { values } = submitted
      const texts = textsFor(submitted.locale).forms
      const environment = entered(values, 'environment')
      if (environment === null) return wrong('environment', texts.missing, submitted)
      // Sent while it was being drawn for this environment: what is asked beside it was not there yet.
      if (memoryOf(submitted.privateMetadata).environment !== environment) {
        return wrong('environment', texts.stillDrawing, submitted)
      }
      const choice = entered(values, 'choice', aboutChoice(kind, environment))
      if (choice === null) return wrong('choice', texts.missing, submitted)
      if (!isConfirmed(values, environment))
        return wrong('confirm', texts.typeTheName(environment), submitted)
      const reason = entered(values, 'override', environment)
      return await askForJob(submitted, deps, {
        kind: kind.kind,
        params: kind.params(environment, choice),
        ...(reason !== null && { overrideFreeze: reason }),
      })
    },
  }
}

/** First the fields, then also what would happen. */
async function* draw(kind: ChangeForm, draft: Draft, deps: FormDeps): AsyncGenerator<ModalView> {
  const texts = textsFor(draft.locale)
  const rights = await rightsOf(draft, kind.kind, deps)
  if (!rights.allowed) {
    yield notAllowedScreen(kind.kind, { memory: draft.memory, texts, rights })
    return
  }
  const environment = chosenEnvironment(draft, rights)
  const request = plannable(kind, draft, environment)
  if (request === null) {
    yield screenOf(kind, { draft, deps, rights, environment, preview: { kind: 'nothing' } })
    return
  }
  yield screenOf(kind, { draft, deps, rights, environment, preview: { kind: 'looking' } })
  yield screenOf(kind, { draft, deps, rights, environment, preview: await lookAhead(request, deps) })
}

interface Shown {
  draft: Draft
  deps: FormDeps
  rights: Rights
  environment: string | null
  preview: Preview
}

function screenOf(kind: ChangeForm, { draft, deps, rights, environment, preview }: Shown): ModalView {
  const texts = textsFor(draft.locale)
  const { fields } = texts.forms
  const memory = { ...draft.memory, ...(environment !== null && { environment }) }
  if (environment === null) {
    const blocks = [
      environmentSelect(rights, null, { texts, redraws: true }),
      context(texts.forms.chooseFirst),
    ]
    return formScreen(kind.kind, { memory, texts, blocks })
  }
  const choice = search({
    field: 'choice',
    ...aboutOf(aboutChoice(kind, environment)),
    ...fields.choices[kind.kind],
    initial: kind.initial(draft) ?? undefined,
  })
  const blocks: KnownBlock[] = [
    environmentSelect(rights, environment, { texts, redraws: true }),
    choice,
    ...previewBlocks(preview, cardContext(draft, deps)),
    ...overrideField(preview, environment, fields.override),
    ...confirmField(rights, environment, fields.confirm(environment)),
  ]
  return formScreen(kind.kind, { memory, texts, blocks })
}

function overrideField(
  preview: Preview,
  environment: string,
  words: { label: string; hint: string },
): KnownBlock[] {
  if (preview.kind !== 'found' || preview.plan.freeze === null || !preview.plan.mayOverride) return []
  return [typed({ field: 'override', about: environment, ...words, multiline: true, ...reasonLength })]
}

/** The name of the environment is typed by hand, so that nobody changes another one than they think. */
function confirmField(
  rights: Rights,
  environment: string,
  words: { label: string; hint: string },
): KnownBlock[] {
  if (!rights.guarded.includes(environment)) return []
  return [typed({ field: 'confirm', about: environment, ...words, placeholder: environment, maximum: 60 })]
}

/** A form without the field needs no confirmation; where it is there, the name has to be in it. */
function isConfirmed(values: FormValues, environment: string): boolean {
  const typedName = entered(values, 'confirm', environment)
  const isAsked = Object.keys(values).some((block) => block.startsWith('confirm'))
  return !isAsked || typedName?.toLowerCase() === environment.toLowerCase()
}

function plannable(kind: ChangeForm, draft: Draft, environment: string | null): NewPlan | null {
  if (environment === null) return null
  const about = aboutChoice(kind, environment)
  const choice = entered(draft.values, 'choice', about) ?? kind.initial(draft)?.value ?? null
  if (choice === null) return null
  return { kind: kind.kind, params: kind.params(environment, choice), requestedBy: draft.user }
}

const aboutChoice = (kind: ChangeForm, environment: string): string | undefined =>
  kind.choiceIsCommon ? undefined : environment

const aboutOf = (about: string | undefined) => (about === undefined ? {} : { about })
