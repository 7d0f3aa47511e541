import type { Logger } from 'pino'
import type { Metrics } from '../metrics.ts'
import type { Place } from './card.ts'
import { refusalOf } from './refusals.ts'

/** Says each trouble once, with what to do about it, and a channel's again only after the channel has worked. */
export interface Complaints {
  refused(place: Place, refusal: { code: string; details: string[] }): void
  cannotDraw(place: Place, error: unknown): void
  works(channel: string): void
}

const mostRemembered = 1000

export function createComplaints({ log, metrics }: { log: Logger; metrics: Metrics }): Complaints {
  const said = new Set<string>()
  const once = (key: string, say: () => void): void => {
    if (said.has(key)) return
    if (said.size >= mostRemembered) said.clear()
    said.add(key)
    say()
  }

  return {
    refused({ subject, channel }, { code, details }) {
      metrics.slackRefusals.inc({ code })
      const { about, advice } = refusalOf(code, channel)
      const facts = { code, subject, channel, details }
      if (about === 'message') log.info(facts, `a message in Slack is lost: ${advice}`)
      else {
        const where = about === 'content' ? `${subject} ` : `${channel} `
        once(`${where}${code}`, () => log.error(facts, `Slack refuses a message: ${advice}`))
      }
    },

    cannotDraw({ subject }, error) {
      once(`${subject} draw`, () =>
        log.error({ err: error, subject }, 'a message cannot be drawn: report this as a bug'),
      )
    },

    works(channel) {
      for (const key of said) if (key.startsWith(`${channel} `)) said.delete(key)
    },
  }
}
