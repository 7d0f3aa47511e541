import type { Override } from '../../../engine/client.ts'
import type { Answer, Asked, Deps } from '../../asked.ts'
import { ifMayLook } from '../../looking.ts'
import { textsFor } from '../../texts/index.ts'
import { lines } from '../../texts/mrkdwn.ts'
import { cardContext, moment } from '../../views/card-context.ts'
import { mentionOf } from '../../views/on-call/notice.ts'
import { rosterView } from '../../views/on-call/roster.ts'
import { readForm } from '../reading/form.ts'
import { person } from '../reading/person.ts'
import { oneOf, oneWord, optional, sequence, type Reader } from '../reading/reader.ts'
import { reading, type Subcommand } from '../reading/subcommands.ts'
import { until } from '../reading/times.ts'
import { numberOf } from '../reading/values.ts'

/** /ops oncall */
const show: Subcommand = async ({ asked, deps }) =>
  await ifMayLook(asked, deps, async () => rosterView(await deps.engine.onCall(), cardContext(asked, deps)))

/** Whether there is such a rotation is for the engine to say. */
const rotation: Reader<string> = oneWord({
  missing: (texts) => texts.asking.missing.word,
  read: (word, { texts }) =>
    /^[a-z][a-z0-9-]{0,39}$/i.test(word)
      ? { value: word.toLowerCase(), typed: word }
      : { problem: texts.asking.tooMany(word), nearest: null },
})

/** /ops oncall override @PERSON until TIME [ROTATION] */
const override = reading(
  sequence(person, until, optional(rotation)),
  async ([who, end, where], { asked, deps }) =>
    overrideAnswer(
      await deps.engine.overrideOnCall({
        person: who,
        endsAt: end.toISOString(),
        by: asked.user,
        idempotencyKey: asked.key,
        ...(where !== undefined && { rotation: where }),
      }),
      asked,
      deps,
    ),
)

/** /ops oncall cancel N */
const cancel = reading(
  numberOf((texts) => texts.onCall.missingNumber),
  async (id, { asked, deps, asking }) => {
    const { person: who, isWaiting } = await deps.engine.cancelOverride(id, { by: asked.user })
    const { cancelled, waiting } = asking.texts.onCall
    return { text: lines([cancelled(id, who.name), ...(isWaiting ? [waiting] : [])]).mrkdwn }
  },
)

const word = oneOf<Subcommand>(
  [
    { value: override, names: ['override', 'substituir', 'trocar'] },
    { value: cancel, names: ['cancel', 'cancelar', 'desfazer'] },
  ],
  {
    missing: (texts) => texts.asking.missing.subcommand,
    unknown: (typed, texts) => texts.onCall.unknownWord(typed),
  },
)

/** /ops oncall: alone it shows who is on call. */
export const onCall: Subcommand = async (input) => {
  const { words, form, asking } = input
  const [first, ...rest] = words
  if (first === undefined) return await show(input)
  const read = readForm([first], { ...form, reader: word }, asking)
  if (!read.ok) return read.answer
  const typed = `${form.subcommand?.typed ?? ''} ${first.text}`
  const subcommand = { typed, names: form.subcommand?.names ?? [] }
  return await read.value({ ...input, words: rest, form: { ...form, subcommand } })
}

const aMomentMs = 60_000

/**
 * What begins now is announced in #ops-alerts as it happens; of what is for later everybody in the channel is told, and
 * whoever it is about is notified.
 */
export function overrideAnswer(
  { id, person: who, rotation: where, startsAt, endsAt, createdBy, isWaiting }: Override,
  asked: Pick<Asked, 'locale' | 'timeZone'>,
  deps: Pick<Deps, 'settings' | 'now'>,
): Answer {
  const c = cardContext(asked, deps)
  const times = { from: moment(startsAt, c), until: moment(endsAt, c) }
  const isNow = Date.parse(startsAt) - deps.now().getTime() < aMomentMs
  const { made, waiting } = c.texts.onCall
  const said = made({ id, name: who.name, rotation: where, ...times })
  if (isWaiting) return { text: lines([said, waiting]).mrkdwn }
  if (isNow) return { text: said.mrkdwn }
  const texts = textsFor(deps.settings.locale).onCall
  const channel = cardContext(deps.settings, deps)
  const text = texts.planned({
    who: mentionOf(who),
    rotation: where,
    from: moment(startsAt, channel),
    until: moment(endsAt, channel),
    by: createdBy.name,
  })
  return { text: text.mrkdwn, visibility: 'channel' }
}
