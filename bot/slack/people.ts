import type { WebClient } from '@slack/web-api'
import { z } from 'zod'
import type { Settings } from '../../engine/client.ts'
import type { Locale } from '../asked.ts'
import { attempt } from './outcome.ts'
import { spend, type Spent, waitFor } from './budget.ts'

export interface Manners {
  locale: Locale
  timeZone: string
}

interface Person {
  locale?: string
  timeZone?: string
  name?: string
  askAgainAt: number
}

export interface People {
  /** At once, from what is known; somebody new is asked about for the next time. */
  mannersOf(user: string): Manners
  /** The same, but for somebody new what Slack says is waited for, `waitSeconds` at most. */
  meet(user: string, waitSeconds: number): Promise<Manners>
  /** What Slack calls somebody who is known. */
  nameOf(user: string): string | undefined
}

const UserInfo = z.object({
  user: z.object({
    locale: z.string().optional(),
    tz: z.string().optional(),
    real_name: z.string().optional(),
  }),
})

/** users.info is Tier 4, 100 a minute (docs.slack.dev/apis/web-api/rate-limits); others need it too. */
const budget = { calls: 60, seconds: 60 }
const knownForSeconds = 3600
const unknownForSeconds = 300
const mostRemembered = 5000

/**
 * In which language and time zone each person is answered. Slack is asked before the first answer to somebody only,
 * and no longer than leaves time for the answer: it takes 100 ms and more, and may be down.
 */
export function createPeople(deps: {
  client: WebClient
  defaults: () => Pick<Settings, 'locale' | 'timeZone'>
  now: () => number
}): People {
  const { client, now } = deps
  const asking = new Map<string, Promise<void>>()
  const known = new Map<string, Person>()
  let spent: Spent = []

  async function ask(user: string): Promise<void> {
    spent = spend(spent, budget, now())
    const outcome = await attempt(async () =>
      UserInfo.parse(await client.users.info({ user, include_locale: true })),
    )
    const { locale, tz, real_name } = outcome.kind === 'done' ? outcome.result.user : {}
    remember(user, {
      askAgainAt: now() + (outcome.kind === 'done' ? knownForSeconds : unknownForSeconds) * 1000,
      ...(locale !== undefined && { locale }),
      ...(tz !== undefined && isTimeZone(tz) && { timeZone: tz }),
      ...(real_name !== undefined && { name: real_name }),
    })
  }

  function remember(user: string, person: Person): void {
    if (known.size >= mostRemembered) known.clear()
    known.set(user, person)
  }

  function mannersOf(user: string): Manners {
    const person = known.get(user)
    if ((person?.askAgainAt ?? 0) <= now() && waitFor(spent, budget, { now: now(), urgent: false }) === 0) {
      remember(user, { ...person, askAgainAt: now() + unknownForSeconds * 1000 })
      asking.set(
        user,
        ask(user).finally(() => asking.delete(user)),
      )
    }
    const { locale, timeZone } = deps.defaults()
    return { locale: spoken(person?.locale) ?? locale, timeZone: person?.timeZone ?? timeZone }
  }

  return {
    mannersOf,
    nameOf: (user) => known.get(user)?.name,
    async meet(user, waitSeconds) {
      const manners = mannersOf(user)
      const answer = asking.get(user)
      if (known.get(user)?.locale !== undefined || answer === undefined) return manners
      await atMost(waitSeconds, answer)
      return mannersOf(user)
    },
  }
}

function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name })
    return true
  } catch {
    return false
  }
}

async function atMost(seconds: number, answer: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<void>((resolve) => (timer = setTimeout(resolve, seconds * 1000)))
  await Promise.race([answer, late])
  clearTimeout(timer)
}

/** Slack says `pt-BR`, `pt-PT`, `en-US`, `en-GB`, ... */
function spoken(locale: string | undefined): Locale | undefined {
  if (locale?.startsWith('pt')) return 'pt-BR'
  return locale?.startsWith('en') ? 'en' : undefined
}
