import type { IncidentStats } from '../../../engine/client.ts'
import { duration, list } from '../../texts/formats.ts'
import { outside } from '../../texts/mrkdwn.ts'
import { context, header, message, preformatted, section, type Message } from '../blocks.ts'
import type { CardContext } from '../card-context.ts'
import { nameOf } from './names.ts'

type Week = IncidentStats['weeks'][number]

const shownWeeks = 8
const shownPeople = 8
/** What a phone shows of a fixed-width line without breaking it. */
const widths = [7, 14, 9, 9, 5]

/** How many incidents, how soon they were answered and over, and whom that woke: week by week, newest first. */
export function statsView({ weeks }: IncidentStats, c: CardContext): Message {
  const texts = c.texts.incident.stats
  const shown = weeks.slice(0, shownWeeks)
  if (shown.every(({ incidents }) => incidents.length === 0))
    return message(outside(texts.title), [header(texts.title), section(texts.none)])
  const { columns } = texts
  const head = row([columns.week, columns.levels, columns.acknowledge, columns.resolve, columns.pages])
  const [newest] = shown
  const people = newest?.pages.slice(0, shownPeople) ?? []
  return message(outside(texts.title), [
    header(texts.title),
    ...preformatted([head, ...shown.map((week) => row(cellsOf(week, c)))], 120),
    context(texts.explained),
    ...(people.length === 0
      ? []
      : [
          section(
            texts.pages(
              list(
                people.map(({ person, count }) => `${nameOf(person, c.texts).slice(0, 60)} ×${count}`),
                c.texts.locale,
              ),
            ),
          ),
        ]),
  ])
}

function cellsOf(week: Week, c: CardContext): string[] {
  const at = new Date(week.startsAt)
  const format = { day: '2-digit', month: '2-digit', timeZone: c.settings.timeZone } as const
  const countOf = (level: number): number => week.incidents.find((one) => one.level === level)?.count ?? 0
  const pages = week.pages.reduce((sum, { count }) => sum + count, 0)
  return [
    Number.isNaN(at.getTime()) ? '?' : new Intl.DateTimeFormat(c.texts.locale, format).format(at),
    [1, 2, 3].map(countOf).join('/'),
    timeOf(week.acknowledgeSeconds),
    timeOf(week.resolveSeconds),
    String(pages),
  ]
}

const timeOf = (seconds: { median: number } | null): string =>
  seconds === null ? '–' : duration(seconds.median * 1000)

const row = (cells: readonly string[]): string =>
  cells
    .map((cell, index) => cell.padEnd(widths[index] ?? 0))
    .join(' ')
    .trimEnd()
