import type { WebClient } from '@slack/web-api'
import { z } from 'zod'
import type { Settings } from '../../engine/client.ts'
import type { Intake } from '../config.ts'
import { attempt, type Outcome } from './outcome.ts'
import { refusalOf } from './refusals.ts'

/** One thing that was looked at. `wrong` stops something from working; `note` is worth knowing. */
export interface Finding {
  kind: 'fine' | 'wrong' | 'note'
  what: string
  /** How to put it right. */
  advice?: string
}

export interface Workspace {
  bot: WebClient
  /** With the app-level token; undefined: requests come over HTTP. */
  app: WebClient | undefined
  intake: Intake['kind']
  /** As the engine has them; null: the engine did not answer. */
  settings: Pick<Settings, 'channels' | 'userGroups'> | null
  /** The bot scopes of deploy/slack-manifest.yaml. */
  scopes: readonly string[]
}

const install = 'in the settings of the Slack app: OAuth & Permissions, then "Reinstall to Workspace"'

/** Looks at a connected workspace with the calls the bot itself makes. Posts nothing. Never throws. */
export async function checkWorkspace(workspace: Workspace): Promise<Finding[]> {
  const { settings } = workspace
  const token = await checkToken(workspace)
  if (token[0]?.kind === 'wrong') return token
  const places = settings === null ? [engineAway] : await checkPlaces(workspace.bot, settings)
  return [...token, ...places, ...(await checkIntake(workspace))]
}

const engineAway: Finding = {
  kind: 'wrong',
  what: 'the engine does not say which channels and user groups there are',
  advice: 'start the engine, and check ENGINE_URL and ENGINE_TOKEN',
}

const Identity = z.object({
  team: z.string().default(''),
  user: z.string().default(''),
  response_metadata: z.object({ scopes: z.array(z.string()).optional() }).optional(),
})

async function checkToken({ bot, scopes }: Workspace): Promise<Finding[]> {
  const outcome = await attempt(async () => Identity.parse(await bot.auth.test()))
  if (outcome.kind !== 'done') return [findingOf('SLACK_BOT_TOKEN', outcome)]
  const { team, user, response_metadata } = outcome.result
  const fine: Finding = { kind: 'fine', what: `SLACK_BOT_TOKEN: @${user} in the workspace ${team}` }
  const granted = response_metadata?.scopes
  if (granted === undefined) return [fine, { kind: 'note', what: 'Slack did not say which scopes it has' }]
  return [fine, ...compareScopes(granted, scopes)]
}

function compareScopes(granted: readonly string[], wanted: readonly string[]): Finding[] {
  const missing = wanted.filter((scope) => !granted.includes(scope))
  const unused = granted.filter((scope) => !wanted.includes(scope))
  const found: Finding[] = []
  if (missing.length > 0)
    found.push({
      kind: 'wrong',
      what: `scopes are missing: ${missing.join(', ')}`,
      advice: `add them ${install}`,
    })
  else found.push({ kind: 'fine', what: `scopes: all ${wanted.length} of deploy/slack-manifest.yaml` })
  if (unused.length > 0)
    found.push({
      kind: 'note',
      what: `scopes that Plantão does not use: ${unused.join(', ')}`,
      advice: `remove them ${install}`,
    })
  return found
}

async function checkPlaces(
  bot: WebClient,
  { channels, userGroups }: Pick<Settings, 'channels' | 'userGroups'>,
): Promise<Finding[]> {
  const found: Finding[] = []
  for (const [name, channel] of Object.entries(channels)) {
    // What the bot does after a post whose answer was lost; it needs no scope of its own.
    const outcome = await attempt(() => bot.conversations.history({ channel, limit: 1 }))
    found.push(findingOf(`slack.channels.${name} (${channel})`, outcome))
  }
  for (const usergroup of userGroups) {
    const outcome = await attempt(() => bot.usergroups.users.list({ usergroup }))
    found.push(findingOf(`user group ${usergroup}`, outcome))
  }
  return found
}

async function checkIntake({ app, intake }: Workspace): Promise<Finding[]> {
  if (app === undefined || intake === 'http') {
    return [
      {
        kind: 'note',
        what: 'requests come over HTTP (no SLACK_APP_TOKEN)',
        advice:
          'Slack must reach https://YOUR-ADDRESS/slack/events, set for every command and under Interactivity, and Socket Mode must be off: Slack says so itself when it cannot',
      },
    ]
  }
  const outcome = await attempt(() => app.apps.connections.open({}))
  return [findingOf('SLACK_APP_TOKEN: Socket Mode', outcome, appAdvice)]
}

const appAdvice =
  'switch Socket Mode on, and make an app-level token with the scope connections:write (Basic Information)'

function findingOf(what: string, outcome: Outcome<unknown>, advice?: string): Finding {
  if (outcome.kind === 'done') return { kind: 'fine', what }
  const why = whyNot(outcome)
  return { kind: 'wrong', what: `${what}: ${why.code}`, advice: advice ?? why.advice }
}

function whyNot(outcome: Exclude<Outcome<unknown>, { kind: 'done' }>): { code: string; advice: string } {
  if (outcome.kind === 'refused') return { code: outcome.code, advice: adviceFor(outcome.code) }
  if (outcome.kind === 'limited')
    return { code: 'too many calls', advice: `try again in ${outcome.retryAfterSeconds} s` }
  return { code: outcome.reason, advice: 'Slack does not answer: check SLACK_API_URL and the way out' }
}

function adviceFor(code: string): string {
  if (code === 'no_such_subteam')
    return 'check slack.userGroups in the runbook file: a user group’s id begins with S'
  return refusalOf(code).advice
}
