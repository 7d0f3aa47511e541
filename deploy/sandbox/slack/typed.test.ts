import { expect, test } from 'vitest'
import { freshState } from './people.ts'
import { escapedCommandText, escapedMessageText } from './typed.ts'

const directory = freshState()

test.each([
  ['staging v1.4.0', 'staging v1.4.0'],
  ['a & b < c > d', 'a &amp; b &lt; c &gt; d'],
  ['<!channel> <@U0ADMIN>', '&lt;!channel&gt; &lt;<@U0ADMIN|pedro>&gt;'],
  ['cc @maria, @joao.', 'cc <@U0OPERATOR|maria>, <@U0APPROVER|joao>.'],
  ['@U0OPERATOR', '<@U0OPERATOR|maria>'],
  ['@ops @nobody', '<!subteam^S0OPS|@ops> @nobody'],
  ['maria@example.com', 'maria@example.com'],
  ['#ops-alerts #7', '<#C0OPSALERTS|ops-alerts> #7'],
  ['see https://example.com/a?b=1&c=2.', 'see <https://example.com/a?b=1&amp;c=2>.'],
])('a command %j reaches the app as %j', (typed, delivered) => {
  expect(escapedCommandText(typed, directory)).toBe(delivered)
})

test('a message mentions without names', () => {
  expect(escapedMessageText('oi @maria & @ops', directory)).toBe('oi <@U0OPERATOR> &amp; <!subteam^S0OPS>')
})
