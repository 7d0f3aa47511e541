import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { option, optionGroup } from '../../deploy/sandbox/slack/compositions.ts'
import { validateView } from '../../deploy/sandbox/slack/views.ts'
import {
  EngineRefused,
  EngineUnavailable,
  type Backup,
  type Plan,
  type Release,
} from '../../engine/client.ts'
import { sampleWho } from '../commands/testing/recording-engine.ts'
import { diagnoseView, guideView, Topic } from '../views/guide.ts'
import { validateBlocks } from '../../deploy/sandbox/slack/blocks.ts'
import { textsFor } from '../texts/index.ts'
import { draftOf, drawn, formDeps, locales, values } from './testing.ts'
import { FormName, type Offer } from './form.ts'
import { forms } from './index.ts'
import { loadingScreen, troubleScreen } from './screens.ts'

const nasty = fc.oneof(
  fc.constantFrom(
    '<!channel>',
    '<@U0ADMIN>',
    '\u202Eolleh',
    '👩‍👩‍👧‍👦'.repeat(30),
    '&'.repeat(300),
    '`*_~',
    '\n\n',
    '\uD800',
    'x'.repeat(5000),
  ),
  fc.string({ unit: 'binary', maxLength: 400 }),
)
/** The engine takes no longer names of environments, and no empty ones. */
const environmentName = fc.oneof(
  fc.constantFrom('production', 'staging'),
  nasty.map((text) => text.slice(0, 60)).filter((text) => text.trim() !== ''),
)
const time = fc
  .date({ min: new Date(0), max: new Date('2100-01-01'), noInvalidDate: true })
  .map((at) => at.toISOString())
const person = fc.record({ slack: nasty, name: nasty })
const change = fc.record({
  from: fc.option(nasty),
  to: nasty,
  details: fc.array(fc.record({ name: nasty, value: nasty }), { maxLength: 60 }),
})
const job = fc.record({
  jobId: fc.nat(),
  kind: nasty,
  state: fc.constantFrom('queued' as const, 'running' as const),
  requestedBy: person,
  since: time,
})
const freeze = fc.record({
  id: fc.option(fc.nat()),
  environment: nasty,
  reason: nasty,
  createdBy: fc.option(person),
  startsAt: time,
  endsAt: time,
})
const plan: fc.Arbitrary<Plan> = fc.record({
  change: fc.option(change),
  problem: fc.option(fc.record({ code: nasty, values: fc.dictionary(nasty, nasty), message: nasty })),
  approval: fc.option(fc.record({ quorum: fc.nat(), roles: fc.array(nasty) })),
  freeze: fc.option(freeze),
  mayOverride: fc.boolean(),
  ahead: fc.array(job, { maxLength: 200 }),
})
const planAnswer = fc.oneof(
  plan.map((found) => () => Promise.resolve(found)),
  nasty.map(
    (text) => () =>
      Promise.reject<Plan>(
        new EngineRefused({
          code: 'unknown-version',
          values: { version: text, known: [text] },
          detail: text,
          status: 422,
        }),
      ),
  ),
  fc.constant(() => Promise.reject<Plan>(new EngineUnavailable('down'))),
)

const pings = /<!(?!date\^)|<@/
const complaintsOf = (view: unknown): string[] => [
  ...validateView(view),
  ...(pings.test(mrkdwnOf(view)) ? [`pings: ${mrkdwnOf(view)}`] : []),
]
/** Only markup can ping. */
function mrkdwnOf(value: unknown): string {
  if (typeof value !== 'object' || value === null) return ''
  const own = 'type' in value && value.type === 'mrkdwn' && 'text' in value ? String(value.text) : ''
  return own + Object.values(value).map(mrkdwnOf).join('')
}

describe.each(locales)('in %s', (locale) => {
  test('every form keeps Slack’s limits whatever it is filled with', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...FormName.options),
        fc.uniqueArray(environmentName, { minLength: 1, maxLength: 150 }),
        planAnswer,
        fc.record({
          known: fc.boolean(),
          allowed: fc.boolean(),
          admins: fc.array(person, { maxLength: 50 }),
        }),
        async (name, environments, answer, who) => {
          const [environment = ''] = environments
          const may = ['deploy', 'rollback', 'restore', 'sync', 'backup', 'freeze', 'incident'].map(
            (command) => ({ command, environments, needsApproval: environments }),
          )
          const deps = formDeps(
            {
              plan: answer,
              who: async () => ({
                ...sampleWho,
                person: { ...sampleWho.person, known: who.known },
                admins: who.admins,
                may: who.allowed ? may : [],
              }),
            },
            environments,
          )
          const filled = values(
            ['environment', environment],
            ['choice', 'v1.4.0'],
            ['choice', '5', environment],
          )
          for (const entered of [{}, filled]) {
            for (const view of await drawn(name, draftOf({ locale, values: entered }), deps)) {
              expect(complaintsOf(view)).toEqual([])
            }
          }
        },
      ),
      { numRuns: 150 },
    )
  })

  test('what is shown instead of a form keeps them too', () => {
    for (const name of FormName.options) {
      const memory = {
        channel: 'C0OPSALERTS',
        responseUrl: 'https://hooks.slack.com/x',
        environment: 'staging',
      }
      expect(validateView(loadingScreen(name, memory, locale))).toEqual([])
      const sentence = textsFor(locale).problems.engineSilent
      expect(validateView(troubleScreen(name, { memory, locale, sentence }))).toEqual([])
    }
    for (const topic of Topic.options)
      expect(validateBlocks(guideView(textsFor(locale), topic).blocks, 'message')).toEqual([])
    expect(validateBlocks(diagnoseView(textsFor(locale)).blocks, 'message')).toEqual([])
  })

  test('every offer keeps them, whatever was typed and whatever there is', async () => {
    const release: fc.Arbitrary<Release> = fc.record({
      revision: fc.nat(),
      version: fc.oneof(
        nasty,
        fc.nat({ max: 300 }).map((patch) => `v1.4.${patch}`),
      ),
      status: fc.oneof(nasty, fc.constantFrom('deployed', 'superseded')),
      by: nasty,
      at: time,
      rollbackOf: fc.constant(null),
    })
    const backup: fc.Arbitrary<Backup> = fc.record({
      id: nasty,
      environment: nasty,
      database: nasty,
      takenAt: time,
      bytes: fc.nat(),
      rows: fc.nat(),
    })
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom('deploy' as const, 'rollback' as const, 'restore' as const),
        fc.oneof(nasty, fc.constantFrom('', 'v1', '1.4', 'v9.9.9')),
        fc.array(release, { maxLength: 200 }),
        fc.option(fc.array(fc.oneof(nasty, fc.constant('v2.0.0')), { maxLength: 200 })),
        fc.array(backup, { maxLength: 200 }),
        async (name, query, releases, versions, backups) => {
          const deps = formDeps({
            releases: async () => ({ releases, versions }),
            backups: async () => backups,
          })
          const draft = draftOf({ locale, values: values(['environment', 'staging']) })
          const offer = (await forms[name].offer?.(draft, query, deps)) ?? { options: [] }
          expect(problemsOf(offer)).toEqual([])
        },
      ),
      { numRuns: 100 },
    )
  })
})

function problemsOf(offer: Offer): unknown[] {
  const options = 'options' in offer ? offer.options : offer.option_groups.flatMap((group) => group.options)
  const groups = 'options' in offer ? [] : offer.option_groups
  const wrong = [
    ...options.map((one) => option.safeParse(one)),
    ...groups.map((one) => optionGroup.safeParse(one)),
  ].flatMap(({ error }) => error?.issues ?? [])
  return options.length > 100 ? [...wrong, `${options.length} options`] : wrong
}
