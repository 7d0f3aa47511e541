import { createHash } from 'node:crypto'
import type { Incoming } from './incoming.ts'
import type { AlertingSettings, Rule } from './settings.ts'

/** What the runbook file makes of an alert. */
export interface Classified {
  /** The rule's name, or `unmatched`. */
  rule: string
  /** 1 is the worst. */
  level: number
  title: string
  environment: string | null
  /** Alerts with the same key make one incident. */
  groupKey: string
}

export type Classify = (alert: Pick<Incoming, 'source' | 'fingerprint' | 'labels' | 'title'>) => Classified

/** The rule of what no rule of the runbook file matches. */
export const unmatchedRule = 'unmatched'

/**
 * Makes the function that classifies: the first rule all of whose labels match decides; what none matches has the
 * level of its own `severity` label (critical 1; high, error, major 2; warning, info 3) or else 2, because an alert
 * nobody thought of should not wait, and makes one incident per name and environment. What we say ourselves, of a
 * heartbeat that fell silent, has the level it says. Pure.
 */
export function classifier(
  settings: Pick<AlertingSettings, 'rules' | 'environmentLabels'>,
  environments: readonly string[],
): Classify {
  const rules = settings.rules.map((rule) => ({ ...rule, matches: matcher(rule.when) }))
  return ({ source, fingerprint, labels, title }) => {
    const environment = environmentOf(labels, settings.environmentLabels, environments)
    if (source === 'heartbeat' || source === 'plantao') {
      const level = Number(labels['level'])
      return {
        rule: source,
        level,
        title,
        environment,
        groupKey: groupKey(`${source}/`, null, [fingerprint]),
      }
    }
    const rule = rules.find(({ matches }) => matches(labels))
    if (!rule) {
      const name = labels['alertname'] ?? title
      return {
        rule: unmatchedRule,
        level: severityLevel(labels['severity']),
        title,
        environment,
        groupKey: groupKey(unmatchedRule, environment, [name]),
      }
    }
    const values = rule.groupBy.map((label) => labels[label] ?? '')
    return {
      rule: rule.name,
      level: rule.level,
      title: rule.title ?? title,
      environment,
      groupKey: groupKey(rule.group ?? rule.name, environment, values),
    }
  }
}

/** The level of what calls itself so. Monitoring systems know many words for few things. */
export function severityLevel(severity: string | undefined): number {
  switch (severity?.trim().toLowerCase()) {
    case 'critical':
    case 'fatal':
    case 'emergency':
    case 'page':
    case 'p1':
      return 1
    case 'warning':
    case 'warn':
    case 'medium':
    case 'minor':
    case 'low':
    case 'info':
    case 'none':
    case 'p3':
    case 'p4':
    case 'p5':
      return 3
    default:
      return 2
  }
}

function matcher(when: Rule['when']): (labels: Readonly<Record<string, string>>) => boolean {
  const tests = Object.entries(when).map(([label, expected]) => ({ label, test: valueTest(expected) }))
  return (labels) => tests.every(({ label, test }) => test(labels[label] ?? ''))
}

function valueTest(expected: Rule['when'][string]): (value: string) => boolean {
  if (typeof expected === 'string') return (value) => value === expected
  if (Array.isArray(expected)) return (value) => expected.includes(value)
  const whole = new RegExp(`^(?:${expected.matches})$`)
  return (value) => whole.test(value)
}

function environmentOf(
  labels: Readonly<Record<string, string>>,
  names: readonly string[],
  environments: readonly string[],
): string | null {
  for (const name of names) {
    const value = labels[name]?.trim().toLowerCase()
    if (value !== undefined && environments.includes(value)) return value
  }
  return null
}

/** Long ones are shortened by a digest: the key is indexed. */
function groupKey(group: string, environment: string | null, values: readonly string[]): string {
  const key = [group, environment ?? '-', ...values.map(encodeURIComponent)].join('/')
  if (key.length <= 200) return key
  return `${group}/${environment ?? '-'}/${createHash('sha256').update(key).digest('hex').slice(0, 32)}`
}
