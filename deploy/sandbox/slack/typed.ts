import type { State } from './state.ts'

type Directory = Pick<State, 'users' | 'channels' | 'userGroups'>

/**
 * A slash command's text as Slack passes it on, with "escape channels, users and links" switched on
 * (docs.slack.dev/interactivity/implementing-slash-commands): `@maria` becomes `<@U0OPERATOR|maria>`.
 */
export function escapedCommandText(typed: string, directory: Directory): string {
  return escaped(typed, directory, { withNames: true })
}

/** A message's text as Slack stores it: mentions without names. */
export function escapedMessageText(typed: string, directory: Directory): string {
  return escaped(typed, directory, { withNames: false })
}

function escaped(typed: string, directory: Directory, { withNames }: { withNames: boolean }): string {
  const named = (name: string) => (withNames ? `|${name}` : '')
  return typed
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replace(/(?<![\w/:])https?:\/\/[^\s|]+[^\s|.,;:!?)]/g, (url) => `<${url}>`)
    .replace(/(?<![\w@])@([\w.-]*\w)/g, (whole, name: string) => {
      const user = directory.users.find((candidate) => candidate.id === name || candidate.name === name)
      if (user !== undefined) return `<@${user.id}${named(user.name)}>`
      const group = directory.userGroups.find((candidate) => candidate.handle === name)
      return group === undefined ? whole : `<!subteam^${group.id}${named(`@${group.handle}`)}>`
    })
    .replace(/(?<![\w#&])#([\w-]+)/g, (whole, name: string) => {
      const channel = directory.channels.find((candidate) => !candidate.isDm && candidate.name === name)
      return channel === undefined ? whole : `<#${channel.id}|${channel.name}>`
    })
}
