import type { App, ViewSubmitAction } from '@slack/bolt'
import type { z } from 'zod'
import { BlockActions, SlashCommand, ViewSubmission } from '../slack/payloads.ts'
import { onButton } from './button.ts'
import { onCommand } from './command.ts'
import type { ListeningDeps } from './deps.ts'
import { onForm } from './form.ts'

const anything = /^/

/**
 * Everything Slack sends goes straight down: parsed, keyed, handed to its handler, answered. One listener per kind,
 * so that also what has no handler (a link button, a command of another version) is answered.
 */
export function listen(app: App, deps: ListeningDeps): void {
  app.command(anything, ({ body, ack }) =>
    parsed(SlashCommand, { body, deps }, (command) => onCommand(command, ack, deps)),
  )
  app.action(anything, ({ body, ack }) =>
    parsed(BlockActions, { body, deps }, (press) => onButton(press, ack, deps)),
  )
  app.view<ViewSubmitAction>({ callback_id: anything, type: 'view_submission' }, ({ body, ack }) =>
    parsed(ViewSubmission, { body, deps }, (submission) => onForm(submission, ack, deps)),
  )
  app.view({ callback_id: anything, type: 'view_closed' }, ({ ack }) => ack())
}

async function parsed<Schema extends z.ZodType>(
  schema: Schema,
  { body, deps }: { body: unknown; deps: ListeningDeps },
  handle: (value: z.output<Schema>) => Promise<void>,
): Promise<void> {
  const result = schema.safeParse(body)
  if (result.success) await handle(result.data)
  else deps.log.error({ problem: result.error.message }, 'Slack sent something the bot does not understand')
}
