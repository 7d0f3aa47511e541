import { collectNotes, finishNote, takeNote, type NoteCopy } from '../../db/note-copies.ts'
import { truncated } from '../pagerduty/event-body.ts'
import type { Rest } from '../pagerduty/rest.ts'
import type { PagerContext } from './context.ts'
import { keepWorking, type Loop } from '../loop.ts'

type Notes = Pick<Rest, 'addNote' | 'notesOf'>

const everyMs = 5_000
const leaseSeconds = 60
/** PagerDuty's own limit: developer.pagerduty.com, "Create a note on an incident". */
const maximumLength = 2_000

/** Writes the notes people make on incidents into PagerDuty too, under their own names. */
export function startNotes(context: PagerContext, options: { rest: Notes; pollMs?: number }): Loop {
  return keepWorking(context, {
    name: 'notes',
    wokenBy: null,
    pollMs: options.pollMs ?? everyMs,
    work: async () => await copyNotes(context, options.rest),
  })
}

/** Writes what is waiting, until none is or PagerDuty is in trouble: then they come back when their lease is over. */
export async function copyNotes(context: PagerContext, rest: Notes): Promise<void> {
  await collectNotes(context.pool)
  for (;;) {
    const note = await takeNote(context.pool, leaseSeconds)
    if (!note) return
    const problem = await copy(context, rest, note)
    if (problem === 'later') return
    if (problem !== null)
      context.logger.warn({ eventId: note.eventId, reason: problem }, 'a note is not in PagerDuty')
    await finishNote(context.pool, note.eventId, problem)
  }
}

/** Null: it is there. `later`: nobody can say. A note that may have been written before is looked for first. */
async function copy({ people }: PagerContext, rest: Notes, note: NoteCopy): Promise<string | null> {
  const from = people.emailOf(note.by)
  if (from === null) return 'whoever wrote it has no address in PagerDuty'
  const mark = markOf(note.eventId)
  if (note.attempts > 1) {
    const found = await rest.notesOf(note.pagerdutyIncident)
    if (!found.ok) return found.isPassing ? 'later' : found.reason
    if (found.value.notes.some(({ content }) => content.endsWith(mark))) return null
  }
  const content = `${truncated(note.text, maximumLength - mark.length)}${mark}`
  const written = await rest.addNote(note.pagerdutyIncident, content, from)
  if (written.ok) return null
  return written.isPassing ? 'later' : written.reason
}

const markOf = (eventId: number): string => ` (Plantão #${eventId})`

/** Whether a note that PagerDuty tells of is one of ours coming back. */
export const isOwnNote = (content: string): boolean => / \(Plantão #\d+\)$/.test(content)
