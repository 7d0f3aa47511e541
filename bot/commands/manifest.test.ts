import { readdir, readFile } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { parse } from 'yaml'
import { z } from 'zod'
import { shortcuts } from '../shortcuts/index.ts'
import { commands } from './index.ts'

const Manifest = z.object({
  features: z.object({
    slash_commands: z.array(
      z.object({
        command: z.string(),
        description: z.string().min(1).max(2000),
        usage_hint: z.string().min(1).max(1000),
        url: z.url(),
        should_escape: z.literal(true),
      }),
    ),
    shortcuts: z.array(
      z.object({
        name: z.string().min(1).max(24),
        type: z.enum(['global', 'message']),
        callback_id: z.string().max(255),
        description: z.string().min(1).max(150),
      }),
    ),
  }),
  oauth_config: z.object({ scopes: z.object({ bot: z.array(z.string()) }) }),
  settings: z.object({ interactivity: z.object({ is_enabled: z.literal(true), request_url: z.url() }) }),
})

const manifestUrl = new URL('../../deploy/slack-manifest.yaml', import.meta.url)
const manifest = async () => Manifest.parse(parse(await readFile(manifestUrl, 'utf8')))

/** Files of this folder that are no command of their own. */
const others = ['index', 'words', 'request-job']

test('the manifest, the list and the files name the same commands', async () => {
  const inManifest = (await manifest()).features.slash_commands.map(({ command }) => command)
  const files = (await readdir(new URL('.', import.meta.url)))
    .filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts'))
    .map((name) => name.slice(0, -'.ts'.length))
    .filter((name) => !others.includes(name))
  expect(inManifest.toSorted()).toEqual(Object.keys(commands).toSorted())
  expect(files.map((name) => `/${name}`).toSorted()).toEqual(Object.keys(commands).toSorted())
})

test('the manifest and the list name the same shortcuts', async () => {
  const inManifest = (await manifest()).features.shortcuts.map(({ callback_id }) => callback_id)
  expect(inManifest.toSorted()).toEqual(Object.keys(shortcuts).toSorted())
})

test('the app asks for no more than it uses', async () => {
  const { scopes } = (await manifest()).oauth_config
  expect(scopes.bot.toSorted()).toEqual([
    'channels:history',
    'channels:manage',
    'channels:read',
    'chat:write',
    'commands',
    'files:write',
    'groups:history',
    'im:history',
    'im:write',
    'usergroups:read',
    'users:read',
  ])
})
