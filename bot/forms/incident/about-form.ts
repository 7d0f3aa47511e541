import type { InputBlock, KnownBlock } from '@slack/web-api'
import type { Incident } from '../../../engine/client.ts'
import type { Answer, Deps, FormErrors, Submitted } from '../../asked.ts'
import { EngineRefused } from '../../../engine/client.ts'
import { textsFor, type Texts } from '../../texts/index.ts'
import { cardContext } from '../../views/card-context.ts'
import { presentIncident } from '../../views/incident/present-state.ts'
import type { Draft, Form, FormDeps, IncidentForm } from '../form.ts'
import { memoryOf } from '../form.ts'
import { orRefused, wrong } from '../refused.ts'
import { rightsOf } from '../rights.ts'
import { formScreen, notAllowedScreen, nothingToDoScreen } from '../screens.ts'
import { aboutIncident, incidentOf } from './chosen.ts'

interface AboutForm {
  name: IncidentForm
  /** What it asks besides the incident. */
  fields(
    c: { incident: Incident | null; texts: Texts; draft: Draft },
    deps: FormDeps,
  ): (InputBlock | KnownBlock)[] | Promise<(InputBlock | KnownBlock)[]>
  /** Does it, or says what is wrong with what was entered. */
  act(id: number, submitted: Submitted, deps: Deps): Promise<FormErrors | Answer | null>
}

/** A form about one incident. One that has changed meanwhile is answered with how it stands. */
export function aboutForm({ name, fields, act }: AboutForm): Form {
  return {
    async *draw(draft, deps) {
      const { memory } = draft
      const texts = textsFor(draft.locale)
      const rights = await rightsOf(draft, 'incident', deps)
      if (!rights.allowed) return yield notAllowedScreen(name, { memory, texts, rights })
      const about = await aboutIncident(draft, deps)
      if (about === null) {
        const sentence = texts.incident.answers.noneOpen
        return yield nothingToDoScreen(name, { memory, texts, sentence })
      }
      const { incident, blocks } = about
      const asked = await fields({ incident, texts, draft }, deps)
      yield formScreen(name, { memory, texts, blocks: [...blocks, ...asked] })
    },

    async submit(submitted, deps) {
      const texts = textsFor(submitted.locale)
      const id = incidentOf(submitted.values, memoryOf(submitted.privateMetadata))
      if (id === null) return wrong('incident', texts.forms.missing, submitted)
      return await orRefused(submitted, async () => {
        try {
          return await act(id, submitted, deps)
        } catch (error) {
          if (!(error instanceof EngineRefused) || error.code !== 'wrong-state') throw error
          const incident = await deps.engine.incident(id)
          return { text: presentIncident(incident, cardContext(submitted, deps)).mrkdwn }
        }
      })
    },
  }
}
