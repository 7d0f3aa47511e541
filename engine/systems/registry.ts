import pRetry from 'p-retry'
import semver from 'semver'
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

/** Newest first by semantic versioning's order of precedence; tags that are no versions are left out. */
export function sortVersions(tags: string[]): string[] {
  return tags.filter((tag) => semver.valid(tag) !== null).toSorted(semver.rcompare)
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
