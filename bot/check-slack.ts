import { pino } from 'pino'
import { createEngineClient } from '../engine/client.ts'
import { ConfigInvalid, readConfig } from './config.ts'
import { checkWorkspace, type Finding } from './slack/check-workspace.ts'
import { createClient } from './slack/clients.ts'
import { manifestScopes } from './slack/manifest-scopes.ts'

/** `npm run check-slack`: says what a connected workspace lacks, and how to put it right, without posting anything. */
const timeoutSeconds = 10
const signs = { fine: 'ok  ', wrong: 'FAIL', note: 'note' }

try {
  const findings = await check()
  process.stdout.write(findings.map(lineOf).join(''))
  if (findings.some(({ kind }) => kind === 'wrong')) process.exitCode = 1
} catch (error) {
  if (!(error instanceof ConfigInvalid)) throw error
  process.stderr.write(`${error.message}\n`)
  process.exitCode = 1
}

async function check(): Promise<Finding[]> {
  const { slack, engine } = readConfig()
  const log = pino({ level: 'silent' })
  const client = (token: string) => createClient({ token, apiUrl: slack.apiUrl, log }, timeoutSeconds)
  const { intake } = slack
  return await checkWorkspace({
    bot: client(slack.botToken),
    app: intake.kind === 'sockets' ? client(intake.appToken) : undefined,
    intake: intake.kind,
    settings: await createEngineClient(engine)
      .settings()
      .catch(() => null),
    scopes: await manifestScopes(),
  })
}

function lineOf({ kind, what, advice }: Finding): string {
  return `${signs[kind]}  ${what}\n${advice === undefined ? '' : `        → ${advice}\n`}`
}
