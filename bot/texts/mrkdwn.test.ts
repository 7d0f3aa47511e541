import fc from 'fast-check'
import { expect, test } from 'vitest'
import { asPlain, clip, code, cut, dateToken, lines, outside, plain, say } from './mrkdwn.ts'

test('our own words keep their markup, outside values lose theirs', () => {
  const name = '<!channel> & <@U0ADMIN>\n✅ *Approved*'
  expect(say`*${name}* asked`.mrkdwn).toBe('*&lt;!channel&gt; &amp; &lt;@U0ADMIN&gt; ✅ *Approved** asked')
  expect(say`${say`*bold*`} and ${7}`.mrkdwn).toBe('*bold* and 7')
})

test('code cannot be broken out of', () => {
  expect(code('a`b\nc').mrkdwn).toBe("`a'b c`")
})

test('text that reorders its surroundings, controls and broken letters are taken out', () => {
  expect(outside('a\u202Eb\u0007c\uD800').mrkdwn).toBe('ab c\uFFFD')
})

test('a moment is a token that Slack turns into the time of the reader', () => {
  const moment = { at: '2026-11-23T17:05:00.000Z', format: '{time}', fallback: '14:05' }
  expect(dateToken(moment).mrkdwn).toBe('<!date^1795453500^{time}|14:05>')
  expect(dateToken({ ...moment, at: 'soon <b>' }).mrkdwn).toBe('soon &lt;b&gt;')
})

test('plain text for forms has neither markup nor entities', () => {
  const moment = dateToken({ at: '2026-11-23T17:05:00.000Z', format: '{time}', fallback: '14:05' })
  expect(asPlain(say`*a* ${'<b> & c'} ${code('d')} ${moment}`)).toBe('a <b> & c d 14:05')
})

test('a family is one letter: it is kept whole or left out', () => {
  const family = '👨‍👩‍👧‍👦'
  expect(clip(family.repeat(3), family.length * 2 + 1)).toBe(`${family}${family}…`)
  expect(clip(family, 4)).toBe('…')
})

test('cutting tears neither a token nor an entity', () => {
  const text = say`${dateToken({ at: '2026-11-23T17:05:00.000Z', format: '{time}', fallback: '14:05' })}${'&&&'}`
  expect(cut(text, 20).mrkdwn).toBe('…')
  expect(cut(text, text.mrkdwn.length - 1).mrkdwn).toMatch(/\|14:05>&amp;&amp;…$/)
})

const anyText = fc.oneof(fc.string(), fc.string({ unit: 'binary' }), fc.string({ unit: 'grapheme' }))

test('no text is longer than allowed, however it is made', () => {
  fc.assert(
    fc.property(anyText, fc.integer({ min: 1, max: 50 }), (text, maximum) => {
      expect(outside(text, maximum).mrkdwn.length).toBeLessThanOrEqual(maximum)
      expect(plain(text, maximum).length).toBeGreaterThan(0)
      expect(plain(text, maximum).length).toBeLessThanOrEqual(maximum)
      expect(cut(say`*${text}*`, maximum).mrkdwn.length).toBeLessThanOrEqual(maximum)
    }),
  )
})

test('no outside text makes a token or a line of its own', () => {
  fc.assert(
    fc.property(fc.array(anyText), (texts) => {
      const shown = lines(texts.map((text) => outside(text))).mrkdwn
      expect(shown).not.toMatch(/[<>]/)
      expect(shown.split('\n')).toHaveLength(Math.max(texts.length, 1))
    }),
  )
})
