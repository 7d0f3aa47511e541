/** One piece of what was typed after a command. */
export type Word =
  | { kind: 'word'; text: string }
  /** "between quotes", straight or curly: phones and keyboards of Macs turn one into the other. */
  | { kind: 'quoted'; text: string }
  /** Begins with a hyphen or a dash: no command has options, so it is always refused. */
  | { kind: 'flag'; text: string }
  /** A person as Slack writes one: <@U012ABC|name>. */
  | { kind: 'mention'; user: string; text: string }

/** The one grammar of all commands: words, "quoted text", flags and mentions. Takes any text. */
export function readWords(text: string): Word[] {
  return [...text.matchAll(pieces)].flatMap(([whole, quoted]) => {
    if (quoted !== undefined)
      return [{ kind: 'quoted' as const, text: quoted.replaceAll(unprintable, ' ').trim() }]
    return readWord(whole.replaceAll(invisible, ''))
  })
}

/** A quote that is never closed reaches to the end of the text. */
const pieces = /["“”„«»]([^"“”„«»]*)(?:["“”„«»]|$)|<[@#][^>\s]*>|[^\s"“”„«»]+/gu

/** Controls and formatting marks that come along with copied text and that nobody sees. */
const invisible = /[\p{Cc}\p{Cf}\p{Cs}]/gu

/** In a sentence the joints of an emoji stay; what no database takes or what turns its order around does not. */
const unprintable = /[\p{Cc}\p{Cs}\u202A-\u202E\u2066-\u2069]/gu

function readWord(text: string): Word[] {
  if (text === '') return []
  const user = /^<@([UW][A-Z0-9]+)(?:\|[^>]*)?>$/.exec(text)?.[1]
  if (user !== undefined) return [{ kind: 'mention', user, text }]
  return [{ kind: /^[\p{Pd}−]/u.test(text) ? 'flag' : 'word', text }]
}

/** The words as somebody would type them. */
export function typedAgain(words: readonly Word[]): string {
  return words.map((word) => (word.kind === 'quoted' ? `"${word.text}"` : word.text)).join(' ')
}
