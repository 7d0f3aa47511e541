import type { OnCall } from '../../../engine/client.ts'
import { list } from '../../texts/formats.ts'
import { joined, lines, outside, type Mrkdwn } from '../../texts/mrkdwn.ts'
import { actions, button, context, header, message, section, type Message } from '../blocks.ts'
import { moment, type CardContext } from '../card-context.ts'

type Rotation = OnCall['rotations'][number]

const maximumRotations = 10
const maximumGaps = 4
const maximumOverrides = 10
const maximumLevels = 10
const maximumPeople = 10

/** Who is on call, until when, who is next, when nobody is, and whom the matrix would call now. */
export function rosterView(onCall: OnCall, c: CardContext): Message {
  const texts = c.texts.onCall
  const { rotations, overrides, levels } = onCall
  return message(joined([outside(texts.title), ...rotations.map((one) => nowText(one, c))]), [
    header(texts.title),
    ...(rotations.length === 0
      ? [section(texts.noRotations)]
      : rotations.slice(0, maximumRotations).map((rotation) => section(rotationText(rotation, c)))),
    ...(overrides.length === 0 ? [] : [section(overridesText(overrides, c))]),
    ...(levels.length === 0 ? [] : [section(lines([texts.matrix, ...levelLines(levels, c)]))]),
    context(onCall.isFallback ? texts.sources.fallback : texts.sources[onCall.source]),
    ...(rotations.length === 0
      ? []
      : actions([button({ id: 'form.open', text: texts.substitute, value: 'override' })])),
  ])
}

/** One line of who is on call now and who follows. */
export function onCallLine(rotation: Pick<Rotation, 'name' | 'now' | 'next'>, c: CardContext): Mrkdwn {
  const { next } = rotation
  const texts = c.texts.onCall
  return joined([
    nowText(rotation, c),
    ...(next === null ? [] : [texts.next(next.person.name, moment(next.at, c))]),
  ])
}

function nowText({ name, now }: Pick<Rotation, 'name' | 'now'>, c: CardContext): Mrkdwn {
  const texts = c.texts.onCall
  if (now === null) return texts.nobody(name)
  return joined([
    texts.now(name, now.person.name),
    ...(now.until === null ? [] : [texts.until(moment(now.until, c))]),
    ...(now.isOverride ? [texts.isOverride] : []),
  ])
}

function rotationText(rotation: Rotation, c: CardContext): Mrkdwn {
  const texts = c.texts.onCall
  const gaps = rotation.gaps
    .slice(0, maximumGaps)
    .map(({ startsAt, endsAt }) => texts.gap(moment(startsAt, c), endsAt === null ? null : moment(endsAt, c)))
  const more = rotation.gaps.length - gaps.length
  return lines([onCallLine(rotation, c), ...gaps, ...(more > 0 ? [texts.moreGaps(more)] : [])])
}

function overridesText(overrides: OnCall['overrides'], c: CardContext): Mrkdwn {
  const texts = c.texts.onCall
  const [first] = overrides
  return lines([
    texts.overrides,
    ...overrides.slice(0, maximumOverrides).map(({ id, person, rotation, startsAt, endsAt, createdBy }) =>
      texts.override({
        id,
        name: person.name,
        rotation,
        from: moment(startsAt, c),
        until: moment(endsAt, c),
        by: createdBy.name,
      }),
    ),
    ...(first === undefined ? [] : [texts.howToCancel(first.id)]),
  ])
}

function levelLines(levels: OnCall['levels'], c: CardContext): Mrkdwn[] {
  const texts = c.texts.onCall
  return levels.slice(0, maximumLevels).map(({ level, who, people }) => {
    const names = people.slice(0, maximumPeople).map(({ name }) => name)
    return names.length === 0
      ? texts.emptyLevel(level, who)
      : texts.level(level, who, list(names, c.texts.locale))
  })
}
