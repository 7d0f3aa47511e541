import type { App, ViewSubmitAction } from '@slack/bolt'
import { z } from 'zod'
import { BlockActions, BlockSuggestion, Shortcut, SlashCommand, ViewSubmission } from '../slack/payloads.ts'
import { onButton } from './button.ts'
import { onCommand } from './command.ts'
import type { ListeningDeps } from './deps.ts'
import { onForm } from './form.ts'
import { onHomeOpened } from './home-opened.ts'
import { isOfForm, onFormAction } from './form-action.ts'
import { onShortcut } from './shortcut.ts'
import { onSuggestion } from './suggestion.ts'

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
    parsed(BlockActions, { body, deps }, (press) =>
      isOfForm(press) ? onFormAction(press, ack, deps) : onButton(press, ack, deps),
    ),
  )
  app.view<ViewSubmitAction>({ callback_id: anything, type: 'view_submission' }, ({ body, ack }) =>
    parsed(ViewSubmission, { body, deps }, (submission) => onForm(submission, ack, deps)),
  )
  app.options(anything, ({ body, ack }) =>
    parsed(BlockSuggestion, { body, deps }, (asked) => onSuggestion(asked, ack, deps)),
  )
  app.shortcut(anything, ({ body, ack }) =>
    parsed(Shortcut, { body, deps }, (used) => onShortcut(used, ack, deps)),
  )
  app.event('app_home_opened', ({ event }) => onHomeOpened(event, deps))
  app.view({ callback_id: anything, type: 'view_closed' }, ({ ack }) => ack())
}

/** How long the first answer to somebody may wait for their language: what is left of Slack's 3 s is for the answer. */
const meetingSeconds = 0.5

async function meet(act: unknown, { people }: ListeningDeps): Promise<void> {
  const { user, user_id } = Actor.parse(act)
  const who = user_id ?? user?.id
  if (who !== undefined) await people.meet(who, meetingSeconds)
}

const Actor = z.object({ user: z.object({ id: z.string() }).optional(), user_id: z.string().optional() })

async function parsed<Schema extends z.ZodType>(
  schema: Schema,
  { body, deps }: { body: unknown; deps: ListeningDeps },
  handle: (value: z.output<Schema>) => Promise<void>,
): Promise<void> {
  const result = schema.safeParse(body)
  if (result.success)
    await deps.answering.begin(async () => {
      await meet(result.data, deps)
      await handle(result.data)
    })
  else deps.log.error({ problem: result.error.message }, 'Slack sent something the bot does not understand')
}
