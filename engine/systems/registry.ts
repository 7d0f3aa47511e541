import pRetry from 'p-retry'
import { z } from 'zod'

import { RegistryUnreachable } from './release-errors.ts'

export type Registry = { versions(repository: string): Promise<string[]> }

const requestTimeoutSeconds = 5
const keptForSeconds = 15
const pageSize = 1000
/** More pages than any honest repository has; a registry that links in circles ends here. */
const pagesMost = 100

const Tags = z.object({ tags: z.array(z.string()).nullable() })

/**
 * The versions an OCI registry holds ("Listing tags" of the distribution specification), newest first; tags that
 * are no version (`latest`) are left out. Throws RegistryUnreachable.
 */
export function createRegistry(baseUrl: string): Registry {
  const kept = new Map<string, { at: number; versions: Promise<string[]> }>()

  return {
    versions(repository) {
      const found = kept.get(repository)
      if (found && Date.now() - found.at < keptForSeconds * 1000) return found.versions
      const versions = listTags(baseUrl, repository).then(sortVersions)
      kept.set(repository, { at: Date.now(), versions })
      versions.catch(() => kept.delete(repository))
      return versions
    },
  }
}

/** `registry.example.com:5000/team/backend` -> `team/backend`: the first part is a host only if it looks like one. */
export function repositoryOf(image: string): string {
  const [first = '', ...rest] = image.split('/')
  const isHost = rest.length > 0 && (/[.:]/.test(first) || first === 'localhost')
  return isHost ? rest.join('/') : image
}

/** Newest first by semantic versioning's order of precedence. */
export function sortVersions(tags: string[]): string[] {
  return tags.filter((tag) => parse(tag)).toSorted((a, b) => compareVersions(b, a))
}

/** semver.org §11: a pre-release comes before its release; its numbers compare as numbers. */
export function compareVersions(a: string, b: string): number {
  const [left, right] = [parse(a), parse(b)]
  if (!left || !right) return a < b ? -1 : Number(a > b)
  for (const [index, part] of left.core.entries()) {
    const difference = part - (right.core[index] ?? 0)
    if (difference) return difference
  }
  if (left.preRelease.length === 0 || right.preRelease.length === 0)
    return right.preRelease.length - left.preRelease.length
  for (let index = 0; ; index += 1) {
    const [mine, theirs] = [left.preRelease[index], right.preRelease[index]]
    if (mine === undefined || theirs === undefined)
      return Number(mine !== undefined) - Number(theirs !== undefined)
    const difference = compareIdentifiers(mine, theirs)
    if (difference) return difference
  }
}

function compareIdentifiers(a: string, b: string): number {
  const [isNumber, otherIsNumber] = [/^\d+$/.test(a), /^\d+$/.test(b)]
  if (isNumber && otherIsNumber) return Number(a) - Number(b)
  if (isNumber !== otherIsNumber) return isNumber ? -1 : 1
  return a < b ? -1 : Number(a > b)
}

function parse(tag: string): { core: number[]; preRelease: string[] } | undefined {
  const match = /^v?(\d+)\.(\d+)\.(\d+)(?:-([0-9A-Za-z.-]+))?(?:\+[0-9A-Za-z.-]+)?$/.exec(tag)
  if (!match) return undefined
  return { core: match.slice(1, 4).map(Number), preRelease: match[4]?.split('.') ?? [] }
}

async function listTags(baseUrl: string, repository: string): Promise<string[]> {
  const tags: string[] = []
  let next: URL | undefined = new URL(`/v2/${repository}/tags/list?n=${pageSize}`, baseUrl)
  for (let page = 0; next && page < pagesMost; page += 1) {
    const url: URL = next
    const response = await pRetry(() => getPage(url, { registry: baseUrl, repository }), {
      retries: 1,
      minTimeout: 200,
    })
    tags.push(...response.tags)
    next = response.next
  }
  return tags
}

async function getPage(url: URL, of: { registry: string; repository: string }) {
  const unreachable = (reason: string) => new RegistryUnreachable({ ...of, reason })
  const response = await fetch(url, { signal: AbortSignal.timeout(requestTimeoutSeconds * 1000) }).catch(
    (error: unknown) => {
      throw unreachable(`does not answer (${error instanceof Error ? error.message : String(error)})`)
    },
  )
  if (!response.ok) throw unreachable(`answers ${response.status}`)
  const body = Tags.safeParse(await response.json().catch(() => undefined))
  if (!body.success) throw unreachable('answers something that is no tag list')
  const link = /<([^>]+)>;\s*rel="?next"?/.exec(response.headers.get('link') ?? '')?.[1]
  return { tags: body.data.tags ?? [], next: link ? new URL(link, url) : undefined }
}
