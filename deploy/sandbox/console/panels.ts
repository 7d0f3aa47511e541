import { Hono } from 'hono'
import { z } from 'zod'

const languages = ['pt-BR', 'en'] as const
type Language = (typeof languages)[number]

/** One text for everybody, or one per language of the page. */
type PanelText = string | Record<Language, string>

type PanelField = {
  name: string
  label: PanelText
  type: 'text' | 'select'
  options?: readonly { value: string; label: PanelText }[] | readonly string[]
}

export type PanelButton = {
  id: string
  label: PanelText
  fields?: readonly PanelField[]
  /** Pulls the lever; what it returns is shown beside the button, what it throws as an error. */
  run: (values: Record<string, string>) => Promise<PanelText>
}

/** A group of levers of the "break things" drawer. */
export type Panel = {
  id: string
  title: PanelText
  description: PanelText
  /** Chosen once, for those of its buttons that need it. */
  fields?: readonly PanelField[]
  buttons: readonly PanelButton[]
}

const Values = z.record(z.string(), z.string())

/** `GET /panels` lists the levers in the page's language; `POST /panels/:id/:button` pulls one. */
export function panelRoutes(panels: readonly Panel[]): Hono {
  const routes = new Hono()
  routes.get('/panels', (c) => {
    const say = inLanguage(c.req.query('lang'))
    return c.json(panels.map((panel) => panelAsJson(panel, say)))
  })
  routes.post('/panels/:panel/:button', async (c) => {
    const say = inLanguage(c.req.query('lang'))
    const panel = panels.find(({ id }) => id === c.req.param('panel'))
    const button = panel?.buttons.find(({ id }) => id === c.req.param('button'))
    if (button === undefined) return c.json({ error: 'There is no such lever.' }, 404)
    const values = Values.safeParse(await c.req.json().catch(() => undefined))
    if (!values.success) return c.json({ error: z.prettifyError(values.error) }, 400)
    const given = (panel?.fields ?? []).filter(({ name }) => values.data[name] !== undefined)
    const asked = [...given, ...(button.fields ?? [])]
    const missing = asked.find((field) => !isAnswered(field, values.data[field.name]))
    if (missing !== undefined) return c.json({ error: `${say(missing.label)}: ?` }, 400)
    try {
      return c.json({ text: say(await button.run(values.data)) })
    } catch (error) {
      return c.json({ error: error instanceof Error ? error.message : String(error) }, 500)
    }
  })
  return routes
}

type Say = (text: PanelText) => string

function inLanguage(wanted: string | undefined): Say {
  const language = languages.find((known) => known === wanted) ?? 'pt-BR'
  return (text) => (typeof text === 'string' ? text : text[language])
}

function panelAsJson({ id, title, description, fields, buttons }: Panel, say: Say) {
  return {
    id,
    title: say(title),
    description: say(description),
    fields: fieldsAsJson(fields, say),
    buttons: buttons.map((button) => ({
      id: button.id,
      label: say(button.label),
      fields: fieldsAsJson(button.fields, say),
    })),
  }
}

function fieldsAsJson(fields: readonly PanelField[] = [], say: Say) {
  return fields.map((field) => ({
    name: field.name,
    label: say(field.label),
    type: field.type,
    options: optionsOf(field).map(({ value, label }) => ({ value, label: say(label) })),
  }))
}

function optionsOf({ options = [] }: PanelField): { value: string; label: PanelText }[] {
  return options.map((option) => (typeof option === 'string' ? { value: option, label: option } : option))
}

function isAnswered(field: PanelField, value: string | undefined): boolean {
  if (value === undefined) return false
  return field.type === 'text' || optionsOf(field).some((option) => option.value === value)
}
