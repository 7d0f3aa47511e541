import { postmortemTexts, type PostmortemTexts } from './postmortem-texts.ts'

interface Person {
  slack: string
  name: string
}

/** What a postmortem is written from. Times are ISO 8601. */
export interface PostmortemInput {
  id: number
  title: string
  level: number
  environment: string | null
  state: string
  declaredBy: Person
  owner: Person | null
  commander: Person | null
  scribe: Person | null
  openedAt: string
  /** The first time. */
  acknowledgedAt: string | null
  resolvedAt: string | null
  resolution: string | null
  alertCounts: { total: number; byTitle: readonly { title: string; firing: number; total: number }[] }
  pages: readonly {
    round: number
    level: number
    who: string
    people: readonly Person[]
    state: string
    plannedAt: string
    sentAt: string | null
    fallbackAt: string | null
  }[]
  jobs: readonly {
    id: number
    kind: string
    environment: string
    target: string | null
    state: string
    by: Person
    at: string
  }[]
  timeline: readonly { at: string; actor: Person; kind: string; details: Record<string, unknown> }[]
}

export interface PostmortemOptions {
  locale: 'pt-BR' | 'en'
  timeZone: string
  /** What to call whom an event names by id. */
  nameOf(id: string): string
}

/** The postmortem of an incident as Markdown: what is known is written down, what is not is left to fill in. */
export function postmortem(incident: PostmortemInput, options: PostmortemOptions): string {
  const texts = postmortemTexts[options.locale]
  const write = writer(incident, options, texts)
  return [
    `# ${texts.title(incident.id)}: ${inline(incident.title)}`,
    list(write.facts()),
    section(texts.headings.timeline, list(write.timeline())),
    section(texts.headings.alerts, list(write.alerts())),
    section(texts.headings.jobs, list(write.jobs())),
    section(texts.headings.pages, list(write.pages())),
    ...texts.toFillIn.map((heading) => section(heading, texts.blank)),
    '',
  ].join('\n\n')
}

function writer(incident: PostmortemInput, options: PostmortemOptions, texts: PostmortemTexts) {
  const time = (at: string): string => formatted(at, options)
  const name = (person: Person): string => inline(actorName(person))
  const fact = (label: string, value: string | null): string[] =>
    value === null ? [] : [`**${label}**: ${value}`]
  return {
    facts: (): string[] => [
      ...fact(texts.facts.level, `${incident.level} (${texts.levels[incident.level] ?? incident.level})`),
      ...fact(texts.facts.environment, incident.environment && inline(incident.environment)),
      ...fact(texts.facts.opened, `${time(incident.openedAt)}, ${name(incident.declaredBy)}`),
      ...fact(texts.facts.acknowledged, after(incident, incident.acknowledgedAt, { time, texts })),
      ...fact(texts.facts.resolved, after(incident, incident.resolvedAt, { time, texts })),
      ...fact(texts.facts.owner, incident.owner && name(incident.owner)),
      ...fact(texts.facts.commander, incident.commander && name(incident.commander)),
      ...fact(texts.facts.scribe, incident.scribe && name(incident.scribe)),
      ...fact(texts.facts.resolution, incident.resolution && inline(incident.resolution)),
    ],
    timeline: (): string[] =>
      incident.timeline.map(({ at, actor, kind, details }) => {
        const say = texts.events[kind]
        const what = say?.(readable(details, options)) ?? inline(kind)
        return `${time(at)} · **${name(actor)}** ${what}`
      }),
    alerts: (): string[] => alertsByTitle(incident, texts),
    jobs: (): string[] =>
      incident.jobs.length === 0
        ? [texts.none]
        : incident.jobs.map((job) => {
            const what = `#${job.id} ${inline(job.kind)} ${inline(job.environment)} ${inline(job.target ?? '')}`
            const when = texts.relative(minutesBetween(incident.openedAt, job.at))
            return `${time(job.at)} (${when}) · ${what.trim()} · ${name(job.by)} · ${inline(job.state)}`
          }),
    pages: (): string[] => pagesPerPerson(incident, texts),
  }
}

function alertsByTitle({ alertCounts }: PostmortemInput, texts: PostmortemTexts): string[] {
  const { total: all, byTitle } = alertCounts
  const others = all - byTitle.reduce((sum, { total }) => sum + total, 0)
  const lines = byTitle.map(({ title, firing, total }) => texts.alert(inline(title), { firing, total }))
  return all === 0 ? [texts.none] : [...lines, ...(others > 0 ? [texts.otherAlerts(others)] : [])]
}

/** Those who were called on the phone or, where that could not be, told in Slack. */
function pagesPerPerson({ pages }: PostmortemInput, texts: PostmortemTexts): string[] {
  const counts = new Map<string, number>()
  const wentOut = pages.filter(({ sentAt, fallbackAt }) => sentAt !== null || fallbackAt !== null)
  for (const { people, who } of wentOut) {
    const names = people.length === 0 ? [who] : people.map(actorName)
    for (const one of names) counts.set(one, (counts.get(one) ?? 0) + 1)
  }
  const lines = [...counts]
    .toSorted(([, one], [, other]) => other - one)
    .map(([person, count]) => texts.calls(inline(person), count))
  return lines.length === 0 ? [texts.none] : lines
}

function after(
  { openedAt }: PostmortemInput,
  at: string | null,
  { time, texts }: { time(at: string): string; texts: PostmortemTexts },
): string {
  return at === null ? texts.notYet : `${time(at)} (${texts.after(minutesBetween(openedAt, at))})`
}

/** The details of an event, safe to write: ids by name, text without effect. */
function readable(details: Record<string, unknown>, { nameOf }: PostmortemOptions): Record<string, string> {
  const people = ['to', 'person']
  return Object.fromEntries(
    Object.entries(details).map(([key, value]) => {
      if (Array.isArray(value)) return [key, value.map((one) => inline(String(one))).join(', ')]
      const text = typeof value === 'string' || typeof value === 'number' ? String(value) : ''
      return [key, inline(people.includes(key) ? nameOf(text) : text)]
    }),
  )
}

/** What acts by itself has no person behind it. */
function actorName({ name }: Person): string {
  if (name === 'plantao') return 'Plantão'
  const [kind, ...rest] = name.split(':')
  if (kind === 'pagerduty') return `${rest.join(':')} (PagerDuty)`
  return kind === 'alerts' ? rest.join(':') : name
}

function formatted(at: string, { locale, timeZone }: PostmortemOptions): string {
  const format = new Intl.DateTimeFormat(locale, {
    timeZone,
    dateStyle: 'short',
    timeStyle: 'medium',
    hourCycle: 'h23',
  })
  return format.format(new Date(at))
}

const minutesBetween = (from: string, to: string): number =>
  Math.round((Date.parse(to) - Date.parse(from)) / 60_000)

/** Text from outside on one line, with nothing in it that Markdown or HTML would act on. */
function inline(text: string): string {
  return text
    .replace(/\s+/g, ' ')
    .trim()
    .replace(/[\\`*_{}[\]()#+\-.!|~>]/g, String.raw`\$&`)
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('@', '&#64;')
}

const section = (heading: string, body: string): string => `## ${heading}\n\n${body}`
const list = (lines: readonly string[]): string => lines.map((line) => `- ${line}`).join('\n')
