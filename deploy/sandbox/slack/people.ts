import type { Channel, State, User, UserGroup } from './state.ts'

/** Who the app is in this workspace. */
export const app = {
  appId: 'A0PLANTAO',
  botUser: 'U0PLANTAO',
  botId: 'B0PLANTAO',
  botName: 'plantao',
  teamId: 'T0PLANTAO',
  teamName: 'Plantão',
  teamDomain: 'plantao',
} as const

/** Whom Slack's own words come from. */
export const slackbot = 'USLACKBOT'

/** The workspace a fresh sandbox starts with. */
export function freshState(): State {
  return {
    version: 1,
    lastTs: 0,
    users: users(),
    channels: channels(),
    userGroups: userGroups(),
    messages: {},
    ephemerals: [],
    views: {},
    homes: {},
    files: {},
    bookmarks: [],
    responseUrls: {},
  }
}

function users(): User[] {
  return [
    person('U0OPERATOR', 'maria', 'Maria Santos'),
    person('U0APPROVER', 'joao', 'João Silva'),
    person('U0VIEWER', 'ana', 'Ana Lima'),
    person('U0ADMIN', 'pedro', 'Pedro Costa'),
    person('U0CTO', 'cto', 'CTO'),
    person('U0CEO', 'ceo', 'CEO'),
    { ...person('U0STRANGER', 'bruno', 'Bruno Reis'), locale: 'en-US' },
    { ...person(app.botUser, app.botName, 'Plantão'), isBot: true },
    { ...person(slackbot, 'slackbot', 'Slackbot'), isBot: true },
  ]
}

function person(id: string, name: string, realName: string): User {
  const email = `${name}@example.com`
  return { id, name, realName, email, locale: 'pt-BR', tz: 'America/Sao_Paulo', isBot: false }
}

function channels(): Channel[] {
  return [channel('C0OPSALERTS', 'ops-alerts'), channel('C0INCIDENTS', 'incidents')]
}

function channel(id: string, name: string): Channel {
  const members = users()
    .map((user) => user.id)
    .filter((member) => member !== slackbot)
  return { id, name, isDm: false, members, isArchived: false, topic: '' }
}

function userGroups(): UserGroup[] {
  return [
    { id: 'S0OPS', handle: 'ops', name: 'Operations', users: ['U0OPERATOR', 'U0ADMIN'] },
    { id: 'S0APPROVERS', handle: 'approvers', name: 'Approvers', users: ['U0APPROVER', 'U0ADMIN'] },
  ]
}
