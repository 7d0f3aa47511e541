import { oneWord, type Reader } from './reader.ts'

const slackUser = /^<@([UW][A-Z0-9]+)(?:\|[^>]*)?>$/

/** A mention, as Slack turns @name into one. */
export const person: Reader<string> = oneWord({
  missing: (texts) => texts.asking.missing.person,
  read: (word, { texts }) => {
    const user = slackUser.exec(word)?.[1]
    return user === undefined
      ? { problem: texts.asking.notAPerson(word), nearest: null }
      : { value: user, typed: word }
  },
})
