import type { z } from 'zod'

/**
 * A zod issue in the words Slack uses in `response_metadata.messages`, for example
 * `must be less than 3001 characters [json-pointer:/blocks/0/text/text]`.
 */
export function complaint(issue: z.core.$ZodIssue, prefix: readonly PropertyKey[] = []): string {
  const path = [...prefix, ...issue.path]
  if (isMissing(issue)) return `missing required field: ${String(path.at(-1))} ${pointer(path.slice(0, -1))}`
  return `${words(issue)} ${pointer(path)}`
}

function isMissing(issue: z.core.$ZodIssue): boolean {
  return (
    (issue.code === 'invalid_type' || issue.code === 'invalid_value') &&
    issue.path.length > 0 &&
    issue.input === undefined
  )
}

function words(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case 'too_big':
      return issue.origin === 'array'
        ? `no more than ${issue.maximum} items allowed`
        : issue.origin === 'string'
          ? `must be less than ${Number(issue.maximum) + 1} characters`
          : `must not be greater than ${issue.maximum}`
    case 'too_small':
      return issue.origin === 'array'
        ? `no less than ${issue.minimum} items allowed`
        : issue.origin === 'string'
          ? `must be more than ${Number(issue.minimum) - 1} characters`
          : `must not be less than ${issue.minimum}`
    case 'unrecognized_keys':
      return `invalid additional property: ${issue.keys.join(', ')}`
    case 'invalid_union':
      return `unsupported type: ${issue.discriminator === undefined ? 'no form matches' : typeName(issue.input)}`
    case 'invalid_type':
      return `must provide ${/^[aeiou]/.test(issue.expected) ? 'an' : 'a'} ${issue.expected}`
    case 'invalid_value':
      return `must be one of ${issue.values.map(String).join(', ')}`
    default:
      return issue.message
  }
}

function typeName(input: unknown): string {
  return typeof input === 'object' && input !== null && 'type' in input ? String(input.type) : 'none given'
}

function pointer(path: readonly PropertyKey[]): string {
  return `[json-pointer:${path.map((part) => `/${String(part)}`).join('')}]`
}
