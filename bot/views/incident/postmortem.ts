import { message, section, type Message } from '../blocks.ts'
import type { CardContext } from '../card-context.ts'

/** The file that people complete, and what is said beside it. */
export function postmortemFile(
  { incidentId, markdown }: { incidentId: number; markdown: string },
  c: CardContext,
): Message & { fileText: string } {
  const said = c.texts.incident.answers.postmortemSaid(incidentId)
  return { ...message(said, [section(said)]), fileText: markdown }
}
