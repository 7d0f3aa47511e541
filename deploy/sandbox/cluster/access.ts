import { randomBytes } from 'node:crypto'

import { StatusError, unauthorized } from './status.ts'

/** What an account may do; the real cluster's roles, cut down to the three that matter here. */
export type Account = { user: string; may: 'everything' | 'read' | 'nothing' }
export type Attempt = { verb: string; resource: string; group: string; namespace: string; name: string }
export type Access = ReturnType<typeof createAccess>

const readVerbs = ['get', 'list', 'watch']

/** Bearer tokens, new at every start, and what each may do. */
export function createAccess() {
  const newToken = () => randomBytes(24).toString('base64url')
  const tokens = { admin: newToken(), viewer: newToken(), nobody: newToken() }
  const accounts = new Map<string, Account>([
    [tokens.admin, { user: 'admin', may: 'everything' }],
    [tokens.viewer, { user: 'viewer', may: 'read' }],
    [tokens.nobody, { user: 'nobody', may: 'nothing' }],
  ])

  return {
    tokens,

    authenticate(authorization: string | undefined): Account {
      const token = /^Bearer (.+)$/.exec(authorization ?? '')?.[1] ?? ''
      const account = accounts.get(token)
      if (!account) throw unauthorized()
      return account
    },

    authorize(account: Account, attempt: Attempt): void {
      if (isAllowed(account, attempt.verb)) return
      const resource = attempt.group ? `${attempt.resource}.${attempt.group}` : attempt.resource
      const where = attempt.namespace ? `in the namespace "${attempt.namespace}"` : 'at the cluster scope'
      throw new StatusError(403, 'Forbidden', {
        message: `${resource}${attempt.name ? ` "${attempt.name}"` : ''} is forbidden: User "${account.user}" cannot ${attempt.verb} resource "${attempt.resource}" in API group "${attempt.group}" ${where}`,
        details: {
          ...(attempt.name ? { name: attempt.name } : {}),
          ...(attempt.group ? { group: attempt.group } : {}),
          kind: attempt.resource,
        },
      })
    },

    /** From now on the token is unknown, as after a rotation: 401. */
    reject: (token: string): void => {
      accounts.delete(token)
    },
  }
}

function isAllowed(account: Account, verb: string): boolean {
  return account.may === 'everything' || (account.may === 'read' && readVerbs.includes(verb))
}
