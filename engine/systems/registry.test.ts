import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

import { afterEach, beforeEach, describe, expect, test } from 'vitest'

import { startCluster } from '../../deploy/sandbox/cluster/cluster.ts'
import type { Cluster } from '../../deploy/sandbox/cluster/cluster.ts'
import { createRegistry, repositoryOf, sortVersions } from './registry.ts'

describe('against a registry', () => {
  let cluster: Cluster
  beforeEach(async () => {
    cluster = await startCluster({ port: 0 })
  })
  afterEach(() => cluster.close())

  test('lists versions newest first and leaves out what is no version', async () => {
    cluster.publishVersion('v1.10.0')
    const versions = await createRegistry(cluster.registryUrl).versions('ml-bling-sync/backend')
    expect(versions.slice(0, 3)).toEqual(['v1.10.0', 'v1.5.0', 'v1.4.1'])
    expect(versions).not.toContain('latest')
  })

  test('follows the links to every page', async () => {
    for (let patch = 0; patch < 2500; patch += 1) cluster.publishVersion(`v2.0.${patch}`)
    const versions = await createRegistry(cluster.registryUrl).versions('ml-bling-sync/worker')
    expect(versions.filter((version) => version.startsWith('v2.'))).toHaveLength(2500)
    expect(versions[0]).toBe('v2.0.2499')
  })

  test('asks once for many readers', async () => {
    const registry = createRegistry(cluster.registryUrl)
    await registry.versions('ml-bling-sync/backend')
    cluster.setRegistryDown(true)
    expect(await registry.versions('ml-bling-sync/backend')).toContain('v1.4.0')
  })

  test('says which registry and repository it could not read, and recovers', async () => {
    const registry = createRegistry(cluster.registryUrl)
    cluster.setRegistryDown(true)
    await expect(registry.versions('ml-bling-sync/backend')).rejects.toThrow(
      `The versions of ml-bling-sync/backend cannot be listed: the registry ${cluster.registryUrl} answers 503.`,
    )
    cluster.setRegistryDown(false)
    expect(await registry.versions('ml-bling-sync/backend')).toContain('v1.4.0')
    await expect(registry.versions('ml-bling-sync/nothing')).rejects.toThrow('answers 404')
  })
})

test('a page that is no tag list is refused', async () => {
  const server = createServer((_, response) => response.end('<html>sign in</html>'))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const registry = createRegistry(`http://127.0.0.1:${(server.address() as AddressInfo).port}`)
  await expect(registry.versions('a/b')).rejects.toMatchObject({ code: 'registry-unreachable' })
  server.close()
})

test('versions order as semver.org says', () => {
  const ordered = ['1.0.0-alpha', '1.0.0-alpha.1', '1.0.0-alpha.beta', '1.0.0-beta']
  const more = ['1.0.0-beta.2', '1.0.0-beta.11', '1.0.0-rc.1', '1.0.0', '1.0.1', 'v1.9.0', 'v1.10.0']
  const all = [...ordered, ...more]
  expect(sortVersions(all.toReversed())).toEqual(all.toReversed())
})

test.each([
  ['ml-bling-sync/backend', 'ml-bling-sync/backend'],
  ['registry.example.com/team/backend', 'team/backend'],
  ['localhost/backend', 'backend'],
  ['127.0.0.1:5000/backend', 'backend'],
  ['backend', 'backend'],
])('the repository of %s is %s', (image, repository) => {
  expect(repositoryOf(image)).toBe(repository)
})
