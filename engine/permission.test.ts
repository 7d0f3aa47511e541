import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { permission, rolesOf, whoIs } from './permission.ts'
import { commands, loadRunbook, roles, type Grant, type Runbook } from './runbook-file.ts'

const defaults = await loadRunbook('deploy/plantao.yaml')
const environments = ['development', 'staging', 'production', null]

/** yes: at once · approval: after somebody else agrees · no. Compare deploy/plantao.yaml and the brief of the roles. */
const expectedTable = `
command          environment  viewer    operator  approver  admin     stranger
deploy           development  no        yes       yes       yes       no
deploy           staging      no        yes       yes       yes       no
deploy           production   no        approval  approval  approval  no
deploy           none         no        no        no        no        no
rollback         development  no        yes       yes       yes       no
rollback         staging      no        yes       yes       yes       no
rollback         production   no        approval  approval  approval  no
rollback         none         no        no        no        no        no
restore          development  no        yes       yes       yes       no
restore          staging      no        yes       yes       yes       no
restore          production   no        approval  approval  approval  no
restore          none         no        no        no        no        no
backup           development  no        yes       yes       yes       no
backup           staging      no        yes       yes       yes       no
backup           production   no        yes       yes       yes       no
backup           none         no        yes       yes       yes       no
sync             development  no        yes       yes       yes       no
sync             staging      no        yes       yes       yes       no
sync             production   no        yes       yes       yes       no
sync             none         no        yes       yes       yes       no
freeze           development  no        no        yes       yes       no
freeze           staging      no        no        yes       yes       no
freeze           production   no        no        yes       yes       no
freeze           none         no        no        yes       yes       no
unfreeze         development  no        no        yes       yes       no
unfreeze         staging      no        no        yes       yes       no
unfreeze         production   no        no        yes       yes       no
unfreeze         none         no        no        yes       yes       no
override-freeze  development  no        no        yes       yes       no
override-freeze  staging      no        no        yes       yes       no
override-freeze  production   no        no        yes       yes       no
override-freeze  none         no        no        yes       yes       no
break-glass      development  no        yes       yes       yes       no
break-glass      staging      no        yes       yes       yes       no
break-glass      production   no        yes       yes       yes       no
break-glass      none         no        yes       yes       yes       no
incident         development  no        yes       yes       yes       no
incident         staging      no        yes       yes       yes       no
incident         production   no        yes       yes       yes       no
incident         none         no        yes       yes       yes       no
read             development  yes       yes       yes       yes       no
read             staging      yes       yes       yes       yes       no
read             production   yes       yes       yes       yes       no
read             none         yes       yes       yes       yes       no
`

test('the default runbook file allows each role exactly what it should', () => {
  const askers = ['U0VIEWER', 'U0OPERATOR', 'U0APPROVER', 'U0ADMIN', 'U0STRANGER']
  const rows = commands.flatMap((command) =>
    environments.map((environment) => {
      const verdicts = askers.map((slack) => {
        const verdict = permission(defaults, { slack, groups: [] }, command, environment)
        if (!verdict.allowed) return 'no'
        return verdict.approval ? 'approval' : 'yes'
      })
      return [command.padEnd(15), (environment ?? 'none').padEnd(11), ...verdicts.map((it) => it.padEnd(8))]
    }),
  )
  const header = 'command          environment  viewer    operator  approver  admin     stranger'
  const table = rows.map((cells) => cells.join('  ').trimEnd()).toSorted()
  const expected = expectedTable.trim().split('\n')
  expect(expected[0]).toBe(header)
  expect(table).toEqual(expected.slice(1).toSorted())
})

test('the approval of a production deploy is the one the runbook file asks for', () => {
  const verdict = permission(defaults, { slack: 'U0OPERATOR', groups: [] }, 'deploy', 'production')
  expect(verdict).toEqual({
    allowed: true,
    roles: ['operator'],
    approval: { quorum: 1, roles: ['approver', 'admin'], expiresMinutes: 30 },
  })
})

describe('a refusal', () => {
  test('says who may and whom to ask', () => {
    expect(permission(defaults, { slack: 'U0VIEWER', groups: [] }, 'deploy', 'staging')).toEqual({
      allowed: false,
      code: 'not-allowed',
      values: {
        slack: 'U0VIEWER',
        command: 'deploy',
        environment: 'staging',
        roles: ['operator', 'approver', 'admin'],
        admins: [{ slack: 'U0ADMIN', name: 'Pedro Costa' }],
      },
      message:
        'Ana Lima may not deploy in staging. That takes the role operator or approver or admin. ' +
        'Ask Pedro Costa if you need it.',
    })
  })

  test('of somebody unknown says who can add them', () => {
    expect(permission(defaults, { slack: 'U0STRANGER', groups: ['S0OPS'] }, 'read', null)).toMatchObject({
      code: 'unknown-person',
      message: 'Plantão does not know U0STRANGER. Ask Pedro Costa to add you to the runbook file.',
    })
  })

  test('says so where nobody may, and where no admin is named', () => {
    const alone = { ...defaults, people: defaults.people.filter(({ slack }) => slack === 'U0OPERATOR') }
    expect(permission(alone, { slack: 'U0OPERATOR', groups: [] }, 'deploy', null)).toMatchObject({
      message:
        'Maria Santos may not deploy. Nobody may. The runbook file names no admin: ask whoever keeps it if you need it.',
    })
  })
})

describe('roles', () => {
  const narrow = withGrants([
    { role: 'operator', commands: ['deploy'], environments: ['staging'] },
    { role: 'viewer', commands: ['read'] },
  ])
  const me = { slack: 'U0VIEWER', groups: [] }

  test('reach as far as their grant', () => {
    expect(rolesOf(narrow, me, { command: 'deploy', environment: 'staging' })).toEqual(['operator'])
    expect(rolesOf(narrow, me, { command: 'rollback', environment: 'staging' })).toEqual([])
    expect(rolesOf(narrow, me, { command: 'deploy', environment: 'production' })).toEqual([])
    expect(rolesOf(narrow, me, { command: 'deploy', environment: null })).toEqual([])
    expect(rolesOf(narrow, me, { command: 'read', environment: null })).toEqual(['viewer'])
  })

  test('come with Slack user groups too, for people who are named', () => {
    const where = { command: 'deploy', environment: 'staging' } as const
    expect(rolesOf(defaults, { slack: 'U0VIEWER', groups: ['S0OPS', 'S0OTHER'] }, where)).toEqual([
      'viewer',
      'operator',
    ])
    expect(rolesOf(defaults, { slack: 'U0STRANGER', groups: ['S0OPS'] }, where)).toEqual([])
  })

  test('are the same for every account of one person', () => {
    const twoAccounts = {
      ...defaults,
      people: defaults.people.map((person) =>
        person.slack === 'U0ADMIN' ? { ...person, otherSlack: ['W0ADMIN'] } : person,
      ),
    }
    const where = { command: 'freeze', environment: 'production' } as const
    expect(rolesOf(twoAccounts, { slack: 'W0ADMIN', groups: [] }, where)).toEqual(['admin'])
  })
})

test('the first rule that names the command and the environment decides', () => {
  const strictFirst: Runbook = {
    ...defaults,
    permissions: [
      { commands: ['deploy'], environments: ['production'], roles: [] },
      { commands: ['deploy'], roles: ['operator'] },
    ],
  }
  const may = (environment: string | null): boolean =>
    permission(strictFirst, { slack: 'U0OPERATOR', groups: [] }, 'deploy', environment).allowed
  expect([may('production'), may('staging'), may(null)]).toEqual([false, true, true])
  expect(permission(strictFirst, { slack: 'U0OPERATOR', groups: [] }, 'read', null).allowed).toBe(false)
})

describe('whoami', () => {
  test('lists every command with its environments, and where approval is needed', () => {
    const everywhere = ['development', 'staging', 'production']
    const released = { environments: everywhere, needsApproval: ['production'] }
    expect(whoIs(defaults, { slack: 'U0OPERATOR', groups: [] })).toEqual({
      person: { slack: 'U0OPERATOR', name: 'Maria Santos', title: 'DevOps Engineer', known: true },
      roles: ['operator'],
      may: [
        { command: 'deploy', ...released },
        { command: 'rollback', ...released },
        { command: 'restore', ...released },
        { command: 'backup', environments: everywhere, needsApproval: [] },
        { command: 'sync', environments: [], needsApproval: [] },
        { command: 'break-glass', environments: everywhere, needsApproval: [] },
        { command: 'incident', environments: [], needsApproval: [] },
        { command: 'read', environments: [], needsApproval: [] },
      ],
      admins: [{ slack: 'U0ADMIN', name: 'Pedro Costa' }],
    })
  })

  test('of a stranger is empty and names the admins', () => {
    expect(whoIs(defaults, { slack: 'U0STRANGER', groups: ['S0OPS'] })).toEqual({
      person: { slack: 'U0STRANGER', name: 'U0STRANGER', title: null, known: false },
      roles: [],
      may: [],
      admins: [{ slack: 'U0ADMIN', name: 'Pedro Costa' }],
    })
  })
})

const someCommands = fc.subarray([...commands], { minLength: 1 })
const someEnvironments = fc.subarray(['development', 'staging', 'production'], { minLength: 1 })
const someRoles = fc.subarray([...roles])
const grant: fc.Arbitrary<Grant> = fc.record(
  { role: fc.constantFrom(...roles), commands: someCommands, environments: someEnvironments },
  { requiredKeys: ['role'] },
)
const rule = fc.record(
  { commands: someCommands, environments: someEnvironments, roles: someRoles },
  { requiredKeys: ['commands', 'roles'] },
)
const command = fc.constantFrom(...commands)
const environment = fc.constantFrom(...environments)

describe('whatever the rules', () => {
  test('one more grant takes no right away', () => {
    fc.assert(
      fc.property(
        fc.array(rule),
        fc.array(grant),
        grant,
        command,
        environment,
        (permissions, grants, more, asked, where) => {
          const me = { slack: 'U0VIEWER', groups: [] }
          const before = permission({ ...withGrants(grants), permissions }, me, asked, where)
          const after = permission({ ...withGrants([...grants, more]), permissions }, me, asked, where)
          if (!before.allowed) return
          expect(after).toMatchObject({ allowed: true, approval: before.approval })
        },
      ),
    )
  })

  test('a person in a group may what a person with the grants of that group may', () => {
    fc.assert(
      fc.property(
        fc.array(rule),
        fc.array(grant),
        command,
        environment,
        (permissions, grants, asked, where) => {
          const grouped: Runbook = {
            ...withGrants([]),
            permissions,
            slack: { ...defaults.slack, userGroups: [{ id: 'S1', grants }] },
          }
          const direct = permission(
            { ...withGrants(grants), permissions },
            { slack: 'U0VIEWER', groups: [] },
            asked,
            where,
          )
          const throughGroup = permission(grouped, { slack: 'U0VIEWER', groups: ['S1'] }, asked, where)
          expect(throughGroup.allowed).toBe(direct.allowed)
        },
      ),
    )
  })

  test('somebody unknown may nothing', () => {
    fc.assert(
      fc.property(
        fc.array(rule),
        fc
          .stringMatching(/^[UW][A-Z0-9]{1,8}$/)
          .filter((slack) => !/^U0(?:VIEWER|OPERATOR|APPROVER|ADMIN)$/.test(slack)),
        fc.subarray(['S0OPS', 'S0APPROVERS']),
        command,
        environment,
        (permissions, slack, groups, asked, where) => {
          expect(permission({ ...defaults, permissions }, { slack, groups }, asked, where)).toMatchObject({
            allowed: false,
            code: 'unknown-person',
          })
        },
      ),
    )
  })

  test('whoami says exactly what is allowed', () => {
    fc.assert(
      fc.property(fc.array(rule), fc.array(grant), (permissions, grants) => {
        const runbook = { ...withGrants(grants), permissions }
        const me = { slack: 'U0VIEWER', groups: [] }
        const allowed = commands.flatMap((name) => {
          const places = environments.filter((place) => permission(runbook, me, name, place).allowed)
          if (['sync', 'incident', 'read'].includes(name)) return places.includes(null) ? [[name, []]] : []
          const named = places.filter((place) => place !== null)
          return named.length > 0 ? [[name, named]] : []
        })
        expect(whoIs(runbook, me).may.map((entry) => [entry.command, entry.environments])).toEqual(allowed)
      }),
    )
  })
})

/** The default file with other grants for its viewer. */
function withGrants(grants: Grant[]): Runbook {
  return {
    ...defaults,
    people: defaults.people.map((person) => (person.slack === 'U0VIEWER' ? { ...person, grants } : person)),
  }
}
