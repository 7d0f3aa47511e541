import type { Who } from '../../../engine/client.ts'
import { list } from '../../texts/formats.ts'
import { howToGetIn } from '../../home/access-cards.ts'
import { labelOf } from '../../texts/index.ts'
import { joined, lines, type Mrkdwn } from '../../texts/mrkdwn.ts'
import { context, message, section, type Message } from '../blocks.ts'
import type { CardContext } from '../card-context.ts'

/** Who somebody is to Plantão, what they may do, and whom to ask for more. */
export function whoView({ person, roles, may, admins }: Who, c: CardContext): Message {
  const texts = c.texts.ops.who
  const names = (items: readonly string[]): string => list(items, c.texts.locale)
  const labels = roles.map((role) => labelOf(c.texts.job.roles, role))
  const askAdmins = admins.length === 0 ? [] : [texts.askAdmins(names(admins.map(({ name }) => name)))]
  if (!person.known) {
    const { text, blocks } = howToGetIn(c.texts.home.access.how, c)
    return { text, blocks: [...blocks, context(joined([texts.unknown(person.slack), ...askAdmins]))] }
  }
  const heading = texts.known(person.name, person.title)
  const rights = may.slice(0, maximumRights).map((right) => rightLine(right, c))
  return message(heading, [
    section(lines([heading, ...(labels.length === 0 ? [] : [texts.roles(names(labels))])])),
    section(rights.length === 0 ? texts.mayNothing : lines([texts.may, ...rights])),
    ...askAdmins.map((line) => section(line)),
  ])
}

const maximumRights = 30

function rightLine({ command, environments, needsApproval }: Who['may'][number], c: CardContext): Mrkdwn {
  const texts = c.texts.ops.who
  const names = (items: readonly string[]): string => list(items, c.texts.locale)
  const where = environments.length === 0 ? texts.everywhere : names(environments)
  const line = texts.command(labelOf(c.texts.ops.commands, command), where)
  return joined(
    [line, ...(needsApproval.length === 0 ? [] : [texts.needsApproval(names(needsApproval))])],
    ', ',
  )
}
