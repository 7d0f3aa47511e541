/** Several people beside each other, each in a window of their own: `together.html?people=U0OPERATOR,U0APPROVER`. */
import { h } from './dom.js'

const asked = new URLSearchParams(location.search)
const people = (asked.get('people') ?? 'U0OPERATOR,U0APPROVER').split(',').filter(Boolean)
const language = asked.get('lang')
const place = asked.get('place') ?? 'C0OPSALERTS'

for (const person of people) {
  const query = language === null ? '' : `?lang=${encodeURIComponent(language)}`
  const src = `./${query}#/${encodeURIComponent(person)}/${encodeURIComponent(place)}`
  document.body.append(h('iframe', { src, title: person, 'data-testid': `window-${person}` }))
}
