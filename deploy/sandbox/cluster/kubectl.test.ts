import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { execa } from 'execa'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

import { startCluster } from './cluster.ts'
import type { Cluster } from './cluster.ts'

const isThere = await execa('kubectl', ['version', '--client'], { reject: false }).then(
  ({ failed }) => !failed,
)
if (!isThere) {
  const line = 'kubectl is not installed: the stand-in cluster is not tried with it'
  if (process.env['PLANTAO_REQUIRE']?.includes('kubectl')) throw new Error(line)
  console.warn(line)
}

describe.skipIf(!isThere)('kubectl, with the commands of the runbook', () => {
  let cluster: Cluster
  let folder: string

  beforeAll(async () => {
    cluster = await startCluster({ port: 0, secondMs: 50, readySeconds: 1, progressDeadlineSeconds: 20 })
    folder = await mkdtemp(join(tmpdir(), 'plantao-kubectl-'))
    await writeFile(join(folder, 'admin'), cluster.kubeconfig)
    await writeFile(join(folder, 'nobody'), cluster.kubeconfigFor(cluster.tokens.nobody))
    await kubectl('rollout status deployment/backend -n production')
  })
  afterAll(async () => {
    await cluster.close()
    await rm(folder, { recursive: true })
  })

  async function kubectl(words: string, as: 'admin' | 'nobody' = 'admin'): Promise<string> {
    const environment = { KUBECONFIG: join(folder, as), HOME: folder }
    const { all } = await execa('kubectl', words.split(' '), { env: environment, all: true, reject: false })
    return all
  }

  test('gets nodes, pods and deployments as tables', async () => {
    expect(await kubectl('get nodes')).toMatch(/node-a +Ready/)
    expect(await kubectl('get pods --all-namespaces')).toMatch(/staging +backend-\S+ +1\/1 +Running/)
    expect(await kubectl('get deployments -n production')).toMatch(/backend +3\/3 +3 +3/)
  })

  test('sets an image, follows the rollout and undoes it', async () => {
    await kubectl('set image deployment/backend backend=ml-bling-sync/backend:v1.4.0 -n production')
    expect(await kubectl('rollout status deployment/backend -n production')).toContain(
      'successfully rolled out',
    )
    expect(await kubectl('rollout history deployment/backend -n production')).toMatch(/^4 /m)
    await kubectl('rollout undo deployment/backend -n production')
    await kubectl('rollout status deployment/backend -n production')
    const history = await kubectl('rollout history deployment/backend -n production')
    expect(history).toMatch(/^5 /m)
    expect(history).not.toMatch(/^3 /m) // an undo brings the old revision to the front
    expect(cluster.deployment('production', 'backend').spec.template.spec.containers[0]?.image).toMatch(
      /v1.3.0$/,
    )
  })

  test('restarts and scales', async () => {
    await kubectl('rollout restart deployment/worker -n production')
    await kubectl('scale deployment/worker --replicas=4 -n production')
    await kubectl('rollout status deployment/worker -n production')
    expect(cluster.deployment('production', 'worker').status).toMatchObject({ readyReplicas: 4 })
  })

  test('reads logs and the use of resources', async () => {
    expect(await kubectl('logs deployment/backend -n production --tail=2')).toContain('GET /api/products 200')
    expect(await kubectl('top nodes')).toMatch(/node-a +640m/)
    expect(await kubectl('top pods -n production')).toMatch(/worker-\S+ +\d+m +\d+Mi/)
  })

  test('applies a configmap, changes it and sees when nothing changed', async () => {
    const file = join(folder, 'map.yaml')
    const manifest = (value: string) =>
      `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: flags, namespace: staging}\ndata: {sync: "${value}"}\n`
    await writeFile(file, manifest('on'))
    expect(await kubectl(`apply -f ${file}`)).toContain('configmap/flags created')
    await writeFile(file, manifest('off'))
    expect(await kubectl(`apply -f ${file}`)).toContain('configmap/flags configured')
    expect(await kubectl(`apply -f ${file}`)).toContain('configmap/flags unchanged')
    expect(await kubectl('get configmaps -n staging -o yaml')).toContain('sync: "off"')
  })

  test('is told why a rollout does not end, and when it may not', async () => {
    await kubectl('set image deployment/frontend frontend=ml-bling-sync/frontend:v9 -n staging')
    const status = await kubectl('rollout status deployment/frontend -n staging')
    expect(status).toContain('exceeded its progress deadline')
    expect(await kubectl('get pods -n staging')).toContain('ImagePullBackOff')
    expect(await kubectl('get pods -n staging', 'nobody')).toContain('cannot list resource "pods"')
  })

  test('deletes a pod, which is replaced', async () => {
    expect(await kubectl('delete pods -l app=backend -n development')).toMatch(/pod "backend-\S+" deleted/)
    await kubectl('rollout status deployment/backend -n development')
    expect(await kubectl('get pods -l app=backend -n development')).toMatch(/1\/1 +Running/)
  })
})
