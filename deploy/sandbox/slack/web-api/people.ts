import { z } from 'zod'
import { userOf } from '../messages.ts'
import { Refusal } from '../refusal.ts'
import { flag, type Method, method, page, pageOf } from './method.ts'
import { shownUser, shownUserGroup } from './shown.ts'

export const people: Record<string, Method> = {
  'users.info': method({
    tier: 4,
    args: z.object({ user: z.string(), include_locale: flag.optional() }),
    run: (slack, args) => ({ user: shownUser(userOf(slack, args.user), args.include_locale) }),
  }),

  'users.list': method({
    tier: 2,
    args: page.extend({ include_locale: flag.optional() }),
    run(slack, args) {
      const { items, response_metadata } = pageOf(slack.state.users, args)
      return { members: items.map((user) => shownUser(user, args.include_locale)), response_metadata }
    },
  }),

  'users.lookupByEmail': method({
    tier: 3,
    args: z.object({ email: z.string() }),
    run(slack, { email }) {
      const user = slack.state.users.find(
        (candidate) => !candidate.isBot && candidate.email.toLowerCase() === email.toLowerCase(),
      )
      if (user === undefined) throw new Refusal('users_not_found')
      return { user: shownUser(user) }
    },
  }),

  'usergroups.list': method({
    tier: 2,
    args: z.object({ include_users: flag.optional() }),
    run: (slack, args) => ({
      usergroups: slack.state.userGroups.map((group) => shownUserGroup(group, args.include_users === true)),
    }),
  }),

  'usergroups.users.list': method({
    tier: 2,
    args: z.object({ usergroup: z.string() }),
    run(slack, args) {
      const group = slack.state.userGroups.find((candidate) => candidate.id === args.usergroup)
      if (group === undefined) throw new Refusal('no_such_subteam')
      return { users: group.users }
    },
  }),
}
