import type { Texts } from '../../texts/index.ts'
import type { Mrkdwn } from '../../texts/mrkdwn.ts'
import { oneWord, type Reader } from './reader.ts'

const slackUser = /^<@([UW][A-Z0-9]+)(?:\|[^>]*)?>$/

/** A mention, as Slack turns @name into one. */
export function person(says: {
  missing: (texts: Texts) => Mrkdwn
  not: (word: string, texts: Texts) => Mrkdwn
}): Reader<string> {
  return oneWord({
    missing: says.missing,
    read: (word, { texts }) => {
      const user = slackUser.exec(word)?.[1]
      return user === undefined
        ? { problem: says.not(word, texts), nearest: null }
        : { value: user, typed: word }
    },
  })
}
