/** @import { Panel, PanelField } from './api.js' */
/** @import { Texts } from './texts/texts.js' */
import { pullLever } from './api.js'
import { h } from './dom.js'
import { whatFailed } from './notices.js'

/**
 * The levers the sandbox offers, as cards.
 * @param {HTMLElement} list
 * @param {Panel[]} panels
 * @param {Texts} texts
 */
export function drawLevers(list, panels, texts) {
  const cards = panels.map((panel) => drawPanel(panel, texts))
  list.replaceChildren(...(cards.length > 0 ? cards : [h('p', { class: 'quiet' }, texts.noPanels)]))
}

/** @param {Panel} panel @param {Texts} texts */
function drawPanel({ id, title, description, fields, buttons }, texts) {
  const result = h('p', { class: 'lever-result', role: 'status', 'data-testid': `panel-${id}-result` })

  const shared = drawFields(fields, `panel-${id}`)

  /** @param {string} button @param {Record<string, string>} own */
  async function pull(button, own) {
    const values = { ...shared.values(), ...own }
    result.className = 'lever-result'
    result.textContent = texts.working
    try {
      const { text } = await pullLever({ panel: id, button, values, language: texts.language })
      result.textContent = text
    } catch (error) {
      result.classList.add('failed')
      result.textContent = whatFailed(error, texts)
    }
  }

  return h(
    'section',
    { class: 'lever', 'aria-labelledby': `panel-${id}` },
    h('h3', { id: `panel-${id}` }, title),
    h('p', {}, description),
    fields.length > 0 && h('div', { class: 'lever-shared' }, ...shared.labels),
    h(
      'div',
      { class: 'lever-buttons' },
      ...buttons.map((button) => drawLever(`panel-${id}-${button.id}`, button, pull)),
    ),
    result,
  )
}

/**
 * @param {string} name
 * @param {Panel['buttons'][number]} lever
 * @param {(button: string, values: Record<string, string>) => Promise<void>} pull
 */
function drawLever(name, { id, label, fields }, pull) {
  const own = drawFields(fields, name)
  const button = h('button', { type: 'submit', class: 'button', 'data-testid': name }, label)
  const form = h(
    'form',
    { class: fields.length > 0 ? 'lever-form with-fields' : 'lever-form' },
    ...own.labels,
    button,
  )
  form.addEventListener('submit', async (event) => {
    event.preventDefault()
    button.disabled = true
    await pull(id, own.values())
    button.disabled = false
  })
  return form
}

/** @param {PanelField[]} fields @param {string} name */
function drawFields(fields, name) {
  const drawn = fields.map((field) => ({ field, input: drawField(field, `${name}-${field.name}`) }))
  return {
    labels: drawn.map(({ field, input }) =>
      h('label', { class: 'lever-field' }, h('span', {}, field.label), input),
    ),
    values: () => Object.fromEntries(drawn.map(({ field, input }) => [field.name, input.value])),
  }
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
