import type { AnyObject, Labels } from './objects.ts'
import { badRequest } from './status.ts'

/** A label selector as the query string carries it: `app=backend,tier in (web,api),!legacy`. */
export function labelSelector(text: string | null): (object: AnyObject) => boolean {
  const requirements = splitRequirements(text ?? '').map(labelRequirement)
  return (object) => requirements.every((holds) => holds(object.metadata.labels ?? {}))
}

/** A field selector: `metadata.name=backend,status.phase!=Running`. */
export function fieldSelector(text: string | null): (object: AnyObject) => boolean {
  const requirements = (text ?? '')
    .split(',')
    .filter(Boolean)
    .map((requirement) => {
      const match = /^([\w.]+)(==|!=|=)(.*)$/.exec(requirement)
      if (!match) throw badRequest(`invalid field selector "${requirement}"`)
      const [, path = '', operator = '', value = ''] = match
      return (object: AnyObject) => (textAt(object, path) === value) === (operator !== '!=')
    })
  return (object) => requirements.every((holds) => holds(object))
}

function labelRequirement(text: string): (labels: Labels) => boolean {
  const set = /^(\S+)\s+(in|notin)\s+\(([^)]*)\)$/.exec(text)
  if (set) {
    const [, key = '', operator = '', list = ''] = set
    const values = list.split(',').map((value) => value.trim())
    return (labels) => values.includes(labels[key] ?? '\0') === (operator === 'in')
  }
  const equality = /^([\w./-]+)\s*(==|!=|=)\s*([\w.-]*)$/.exec(text)
  if (equality) {
    const [, key = '', operator = '', value = ''] = equality
    return (labels) => (labels[key] === value) === (operator !== '!=')
  }
  const existence = /^(!?)([\w./-]+)$/.exec(text)
  if (existence) {
    const [, not = '', key = ''] = existence
    return (labels) => Object.hasOwn(labels, key) === (not === '')
  }
  throw badRequest(`unable to parse requirement: "${text}"`)
}

/** Splits at the commas that are not inside `in (a,b)`. */
function splitRequirements(text: string): string[] {
  return text
    .split(/,(?![^(]*\))/)
    .map((part) => part.trim())
    .filter(Boolean)
}

function textAt(object: unknown, path: string): string {
  const found = path
    .split('.')
    .reduce<unknown>(
      (value, key) =>
        typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[key] : undefined,
      object,
    )
  return typeof found === 'string' ? found : ''
}
