/** @import { Panel, PanelField } from './api.js' */
/** @import { Texts } from './texts/texts.js' */
import { pullLever } from './api.js'
import { h } from './dom.js'

/**
 * The levers the sandbox offers, as cards.
 * @param {HTMLElement} list
 * @param {Panel[]} panels
 * @param {Texts} texts
 */
export function drawLevers(list, panels, texts) {
  const cards = panels.map((panel) =>
    h(
      'section',
      { class: 'lever', 'aria-labelledby': `panel-${panel.id}` },
      h('h3', { id: `panel-${panel.id}` }, panel.title),
      h('p', {}, panel.description),
      ...panel.buttons.map((button) => drawLever(panel, button, texts)),
    ),
  )
  list.replaceChildren(...(cards.length > 0 ? cards : [h('p', { class: 'quiet' }, texts.noPanels)]))
}

/** @param {Panel} panel @param {Panel['buttons'][number]} lever @param {Texts} texts */
function drawLever(panel, lever, texts) {
  const name = `panel-${panel.id}-${lever.id}`
  const fields = lever.fields.map((field) => ({ field, input: drawField(field, `${name}-${field.name}`) }))
  const result = h('p', { class: 'lever-result', role: 'status', 'data-testid': `${name}-result` })
  const button = h('button', { type: 'submit', class: 'button', 'data-testid': name }, lever.label)
  const form = h(
    'form',
    { class: 'lever-form' },
    ...fields.map(({ field, input }) =>
      h('label', { class: 'lever-field' }, h('span', {}, field.label), input),
    ),
    button,
    result,
  )
  form.addEventListener('submit', (event) => {
    event.preventDefault()
    const values = Object.fromEntries(fields.map(({ field, input }) => [field.name, input.value]))
    void pull({ panel: panel.id, button: lever.id, values, language: texts.language })
  })

  /** @param {Parameters<typeof pullLever>[0]} lever */
  async function pull(lever) {
    if (button.disabled) return
    button.disabled = true
    result.className = 'lever-result'
    result.textContent = texts.working
    try {
      result.textContent = (await pullLever(lever)).text
    } catch (error) {
      result.classList.add('failed')
      result.textContent = texts.failed(error instanceof Error ? error.message : String(error))
    } finally {
      button.disabled = false
    }
  }

  return form
}

/** @param {PanelField} field @param {string} testid */
function drawField({ name, type, options }, testid) {
  if (type === 'text')
    return h('input', { class: 'field', type: 'text', name, 'data-testid': testid, autocomplete: 'off' })
  return h(
    'select',
    { class: 'select', name, 'data-testid': testid },
    ...options.map(({ value, label }) => h('option', { value }, label)),
  )
}
