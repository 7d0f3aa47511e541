import { gaps, type Shift } from './roster.ts'

/** Something to be said once; the key is the same to everybody who sees it. */
export type Notice =
  { key: string; kind: 'hand-over'; details: HandOver } | { key: string; kind: 'gap'; details: Gap }

export interface HandOver {
  rotation: string
  /** Null: nobody was on call within the days before. */
  from: string | null
  to: string
  at: Date
  /** Until when the new one is on call; null: longer than is known. */
  until: Date | null
  isOverride: boolean
}

export interface Gap {
  rotation: string
  startsAt: Date
  /** Null: no end is known. */
  endsAt: Date | null
}

const hourMs = 3_600_000
/** After an outage of ours, what happened longer ago is no longer news. */
const newsHours = 1

/** What there is to say of a rotation now: who has taken over, and when nobody will be on call. */
export function noticesDue(
  rotation: { name: string; shifts: readonly Shift[] },
  at: Date,
  gapNoticeHours: readonly number[],
): Notice[] {
  return [...handOvers(rotation, at), ...gapsAhead(rotation, at, gapNoticeHours)]
}

/** Who came after somebody else; whoever comes back after a gap has handed over to nobody. */
function handOvers({ name, shifts }: { name: string; shifts: readonly Shift[] }, at: Date): Notice[] {
  const held = shifts.filter(({ person }) => person !== null)
  return held.flatMap((shift, index) => {
    const before = held[index - 1]
    const isNews = shift.startsAt <= at && at.getTime() - shift.startsAt.getTime() < newsHours * hourMs
    // The first shift may have begun before what is known.
    const isFirst = shift === shifts[0]
    if (shift.person === null || !isNews || isFirst || before?.person === shift.person) return []
    const after = shifts.slice(shifts.indexOf(shift)).find(({ person }) => person !== shift.person)
    return [
      {
        key: ['hand-over', name, shift.startsAt.toISOString()].join('/'),
        kind: 'hand-over' as const,
        details: {
          rotation: name,
          from: before?.person ?? null,
          to: shift.person,
          at: shift.startsAt,
          until: after?.startsAt ?? null,
          isOverride: shift.overrideId !== null,
        },
      },
    ]
  })
}

/** Each gap by the shortest of the notices that is due: whoever learns of it late is told once. */
function gapsAhead(
  { name, shifts }: { name: string; shifts: readonly Shift[] },
  at: Date,
  noticeHours: readonly number[],
): Notice[] {
  return gaps(shifts, at).flatMap((gap) => {
    const ahead = (gap.startsAt.getTime() - at.getTime()) / hourMs
    const due = noticeHours.filter((hours) => ahead <= hours).toSorted((one, other) => one - other)
    if (ahead <= 0 || due[0] === undefined) return []
    return [
      {
        key: ['gap', name, gap.startsAt.toISOString(), due[0]].join('/'),
        kind: 'gap' as const,
        details: { rotation: name, ...gap },
      },
    ]
  })
}
