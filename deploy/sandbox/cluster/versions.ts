/** How a version behaves once its pods start. */
export const behaviours = ['good', 'slow', 'crashes', 'never-ready', 'unhealthy'] as const
export type Behaviour = (typeof behaviours)[number]

export type SavedVersions = { tags: string[]; behaviours: [string, Behaviour][] }
export type Versions = ReturnType<typeof createVersions>

export const repositories = ['backend', 'frontend', 'worker'].map((name) => `ml-bling-sync/${name}`)

const publishedTags =
  'v1.0.0 v1.1.0 v1.2.0 v1.2.1 v1.2.2 v1.2.3 v1.3.0 v1.3.1 v1.4.0-rc.1 v1.4.0 v1.4.1 v1.5.0 latest'.split(' ')

/** What the registry holds, and what each version does when it runs. */
export function createVersions(saved?: SavedVersions) {
  const tags = new Set(saved?.tags ?? publishedTags)
  const marked = new Map<string, Behaviour>(saved?.behaviours ?? [])
  const listeners = new Set<() => void>()
  const changed = () => {
    for (const listener of listeners) listener()
  }

  return {
    tags: () => [...tags],
    isPublished: (image: string) => {
      const { repository, tag } = partsOf(image)
      return repositories.some((known) => repository.endsWith(known)) && tags.has(tag)
    },
    behaviourOf: (image: string): Behaviour => marked.get(partsOf(image).tag) ?? 'good',
    publish: (version: string) => {
      tags.add(version)
      changed()
    },
    unpublish: (version: string) => {
      tags.delete(version)
      changed()
    },
    mark: (version: string, behaviour: Behaviour) => {
      marked.set(version, behaviour)
      changed()
    },
    marked: () => Object.fromEntries(marked),
    onChange(listener: () => void) {
      listeners.add(listener)
    },
    snapshot: (): SavedVersions => ({ tags: [...tags], behaviours: [...marked] }),
  }
}

/** `ml-bling-sync/backend:v1.4.0` -> repository and tag; an image without a tag means latest. */
export function partsOf(image: string): { repository: string; tag: string } {
  const colon = image.lastIndexOf(':')
  if (colon <= image.lastIndexOf('/')) return { repository: image, tag: 'latest' }
  return { repository: image.slice(0, colon), tag: image.slice(colon + 1) }
}
