import { request } from 'node:http'
import { expect, onTestFinished, test } from 'vitest'
import { slackForTest } from '../slack/testing.ts'
import { type Panel, startConsole } from './console.ts'

async function started(panels: Panel[] = []) {
  const slack = await slackForTest()
  const { url, close } = await startConsole({ port: 0, slackUrl: slack.url, panels })
  onTestFinished(close)
  return { slack, url }
}

const post = (url: string, body: unknown) =>
  fetch(url, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) })

/** fetch sets `Host` itself and tidies paths; this sends what it is told. */
function statusOf(
  url: string,
  { path = '/', headers = {} }: { path?: string; headers?: Record<string, string> },
) {
  return new Promise<number | undefined>((resolve, reject) => {
    const { hostname, port } = new URL(url)
    request({ hostname, port, path, headers }, (response) => resolve(response.resume().statusCode))
      .on('error', reject)
      .end()
  })
}

test('the page comes under a policy that runs nothing but its own files', async () => {
  const { url } = await started()
  const page = await fetch(url)
  const policy = page.headers.get('content-security-policy')
  expect(await page.text()).toContain('ML Bling Sync')
  expect(policy).toContain("default-src 'none'")
  expect(policy).toContain("script-src 'self';")
  expect(policy).toContain("require-trusted-types-for 'script'")
  expect(policy).not.toContain('unsafe')
  expect((await fetch(`${url}/main.js`)).headers.get('content-type')).toContain('javascript')
})

test('nothing outside the page’s folder is served', async () => {
  const { url } = await started()
  for (const path of ['/../console.ts', '/..%2fconsole.ts', '/%2e%2e/console.ts', '/styles/../../console.ts'])
    expect(await statusOf(url, { path })).toBe(404)
})

test('a person’s Slack client goes through to the stand-in', async () => {
  const { slack, url } = await started()
  const said = { user: 'U0OPERATOR', channel: 'C0OPSALERTS', text: 'bom dia' }
  expect((await post(`${url}/slack/message`, said)).status).toBe(200)
  expect(slack.messages('C0OPSALERTS')).toMatchObject([{ user: 'U0OPERATOR', text: 'bom dia' }])
  const state = await (await fetch(`${url}/slack/state?user=U0VIEWER`)).json()
  expect(state).toMatchObject({ user: { id: 'U0VIEWER' }, messages: { C0OPSALERTS: [{ text: 'bom dia' }] } })
  const refused = await post(`${url}/slack/message`, { ...said, channel: 'C0NOWHERE' })
  expect(refused.status).toBe(400)
})

test('changes stream through, and the server ends although a stream is open', async () => {
  const { slack, url } = await started()
  const events = await fetch(`${url}/slack/events?user=U0OPERATOR`)
  const reader = events.body?.pipeThrough(new TextDecoderStream()).getReader()
  const changed = async () => {
    for (let text = ''; ;) {
      text += (await reader?.read())?.value ?? ''
      const revision = /event: changed\ndata: \{"revision":(\d+)\}/.exec(text)?.[1]
      if (revision !== undefined) return Number(revision)
    }
  }
  const before = await changed()
  await slack.message({ user: 'U0OPERATOR', channel: 'C0OPSALERTS', text: 'oi' })
  expect(await changed()).toBeGreaterThan(before)
})

test('a stand-in that is away is named', async () => {
  const { slack, url } = await started()
  await slack.close()
  const answer = await fetch(`${url}/slack/state?user=U0OPERATOR`)
  expect(answer.status).toBe(502)
  expect(await answer.json()).toMatchObject({ error: expect.stringContaining('stand-in does not answer') })
})

test('another site’s page gets nothing, a program without an origin does', async () => {
  const { url } = await started()
  const { port } = new URL(url)
  expect(await statusOf(url, { headers: { origin: 'https://evil.example' } })).toBe(403)
  expect(await statusOf(url, { headers: { host: `evil.example:${port}` } })).toBe(403)
  expect(await statusOf(url, { headers: { origin: 'null' } })).toBe(403)
  expect(
    await statusOf(url, { headers: { host: `localhost:${port}`, origin: `http://localhost:${port}` } }),
  ).toBe(200)
  expect(await statusOf(url, {})).toBe(200)
})

const pulled: Record<string, string>[] = []
const release: Panel = {
  id: 'release',
  title: { 'pt-BR': 'Uma versão ruim', en: 'A bad version' },
  description: 'x',
  buttons: [
    {
      id: 'break',
      label: { 'pt-BR': 'Estragar', en: 'Break' },
      fields: [
        { name: 'version', label: 'Version', type: 'text' },
        { name: 'environment', label: 'Environment', type: 'select', options: ['staging', 'production'] },
      ],
      run: async (values) => {
        if (values['version'] === 'v0') throw new Error('v0 was never published')
        pulled.push(values)
        return { 'pt-BR': 'feito', en: 'done' }
      },
    },
  ],
}

test('levers are listed in the page’s language', async () => {
  const { url } = await started([release])
  const panelIn = async (language: string) => {
    const listed = (await (await fetch(`${url}/panels?lang=${language}`)).json()) as unknown[]
    return listed[0]
  }
  expect(await panelIn('en')).toMatchObject({ title: 'A bad version', buttons: [{ label: 'Break' }] })
  expect(await panelIn('pt-BR')).toMatchObject({ title: 'Uma versão ruim' })
  expect(await panelIn('xx')).toMatchObject({ title: 'Uma versão ruim' })
})

test('a lever is pulled with its values, says what it did, and what went wrong', async () => {
  const { url } = await started([release])
  const pull = async (values: unknown, path = 'release/break') => {
    const answer = await post(`${url}/panels/${path}?lang=en`, values)
    return { status: answer.status, ...((await answer.json()) as object) }
  }
  const values = { version: 'v1.4.0', environment: 'staging' }
  expect(await pull(values)).toEqual({ status: 200, text: 'done' })
  expect(pulled).toEqual([values])
  expect(await pull({ ...values, version: 'v0' })).toEqual({ status: 500, error: 'v0 was never published' })
  expect(await pull({ ...values, environment: 'mars' })).toMatchObject({ status: 400 })
  expect(await pull({ environment: 'staging' })).toMatchObject({ status: 400 })
  expect(await pull('no')).toMatchObject({ status: 400 })
  expect(await pull(values, 'release/nothing')).toMatchObject({ status: 404 })
  expect(pulled).toHaveLength(1)
})
