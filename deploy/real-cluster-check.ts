import { parseArgs } from 'node:util'

import type { AppsV1Api, CoreV1Api } from '@kubernetes/client-node'

import type {
  EnvironmentReleaseConfig,
  ReleaseDriver,
  ReleaseDriverOptions,
} from '../engine/systems/release.ts'
import { ReleaseError } from '../engine/systems/release-errors.ts'
import { releaseDriver } from '../engine/systems/releases.ts'

const help = `Tries Plantão's Kubernetes releases on a cluster of yours, with deployments of its own that it removes again.

  npx tsx deploy/real-cluster-check.ts --kubeconfig FILE --namespace NAME [options]

  --context NAME             kubeconfig context (default: its current one)
  --forbidden-context NAME   a context that may do nothing there: checks that this is said well
  --image NAME               image without tag that the cluster can pull (default: nginx)
  --versions OLD,NEW         two of its tags (default: 1.27,1.28)

The account needs get, list, watch, create, patch and delete on deployments and configmaps, and list and watch on pods.`

const { values: options } = parseArgs({
  options: {
    kubeconfig: { type: 'string' },
    namespace: { type: 'string' },
    context: { type: 'string' },
    'forbidden-context': { type: 'string' },
    image: { type: 'string', default: 'nginx' },
    versions: { type: 'string', default: '1.27,1.28' },
  },
})

const environment = 'plantao-check'
const components = ['backend', 'worker']
const mark = (name: string) => `check-${process.pid}-${name}`
const [oldVersion = '', newVersion = ''] = options.versions.split(',')
const neverCancelled = new AbortController().signal
let failures = 0

if (!options.kubeconfig || !options.namespace) {
  console.log(help)
  process.exitCode = 2
} else {
  await check({ kubeconfig: options.kubeconfig, namespace: options.namespace })
  process.exitCode = failures ? 1 : 0
}

/** The whole check, top to bottom as a person would try it. */
async function check({ kubeconfig, namespace }: { kubeconfig: string; namespace: string }): Promise<void> {
  const apis = await connectTo(kubeconfig)
  const driver = releaseDriver(driverOptions({ kubeconfig, namespace, context: options.context }))
  await cleanUp(apis, namespace)
  try {
    for (const component of components) await createDeployment(apis, namespace, component)

    await step('what runs before the first release is seen', async () => {
      const current = await driver.current()
      expectEqual(current?.version, oldVersion)
    })
    await step(`deploy ${newVersion}, interrupted after the first component, then begun again`, async () => {
      await expectFailure(deploy(driver, 'first', { interrupted: true }), 'interrupted')
      await deploy(driver, 'first')
      expectEqual((await driver.history()).length, 2)
      for (const component of components) expectEqual(await countReplicaSets(apis, namespace, component), 2)
    })
    await step('a deploy whose pods find no node fails and says why', async () => {
      await setNodeSelector(apis, namespace, { 'kubernetes.io/hostname': 'plantao-check-no-such-node' })
      await expectFailure(deploy(driver, 'unschedulable', { version: oldVersion }), 'rollout-not-settled')
      await driver.finish((await driver.findByMark(mark('unschedulable')))?.revision ?? 0, 'failed')
      await setNodeSelector(apis, namespace, null)
    })
    await step('rollback to the release before', async () => {
      const good = (await driver.history()).find(
        ({ version, status }) => version === newVersion && status === 'deployed',
      )
      await deploy(driver, 'rollback', { rollbackTo: good?.revision ?? 0 })
      expectEqual((await driver.current())?.version, newVersion)
    })
    await step('a worker that comes back late may not overwrite a newer release', async () => {
      const late = await driver.findByMark(mark('unschedulable'))
      const applying = driver.apply(late?.revision ?? 0, { signal: neverCancelled, log: print })
      await expectFailure(applying, 'release-superseded')
    })
    const forbidden = options['forbidden-context']
    if (forbidden)
      await step('an account without permission is told which one it lacks', async () => {
        const nobody = releaseDriver(driverOptions({ kubeconfig, namespace, context: forbidden }))
        await expectFailure(nobody.current(), 'cluster-forbidden')
      })
    for (const { revision, version, status, rollbackOf } of await driver.history())
      print(`revision ${revision}  ${version}  ${status}${rollbackOf ? `  (back to ${rollbackOf})` : ''}`)
  } finally {
    await cleanUp(apis, namespace)
  }
}

type Deploy = { version?: string; rollbackTo?: number; interrupted?: boolean }

async function deploy(driver: ReleaseDriver, name: string, how: Deploy = {}): Promise<void> {
  const { version = newVersion, rollbackTo } = how
  const begun = { version, mark: mark(name), by: 'real-cluster-check' }
  const release = await driver.begin(rollbackTo === undefined ? begun : { ...begun, rollbackTo })
  const cancel = new AbortController()
  const log = (line: string) => {
    print(line)
    if (how.interrupted) cancel.abort(new ReleaseError('interrupted', {}, 'interrupted'))
  }
  const signal = cancel.signal
  await driver.apply(release.revision, { signal, log })
  const progress = () => undefined
  await driver.settled(release.revision, { signal, log, progress, timeoutSeconds: 120 })
  await driver.finish(release.revision, 'deployed')
}

function driverOptions(of: {
  kubeconfig: string
  namespace: string
  context: string | undefined
}): ReleaseDriverOptions {
  const entries = components.map((name) => [
    name,
    { deployment: deploymentOf(name), container: 'main', image: options.image },
  ])
  const release: EnvironmentReleaseConfig = {
    driver: 'kubernetes',
    context: of.context,
    namespace: of.namespace,
    components: Object.fromEntries(entries) as EnvironmentReleaseConfig['components'],
    rolloutTimeoutSeconds: 120,
  }
  return { environment, release, kubeconfig: of.kubeconfig }
}

type Apis = { apps: AppsV1Api; core: CoreV1Api }

async function connectTo(kubeconfig: string): Promise<Apis> {
  const { AppsV1Api, CoreV1Api, KubeConfig } = await import('@kubernetes/client-node')
  const config = new KubeConfig()
  config.loadFromFile(kubeconfig)
  if (options.context) config.setCurrentContext(options.context)
  return { apps: config.makeApiClient(AppsV1Api), core: config.makeApiClient(CoreV1Api) }
}

async function createDeployment({ apps }: Apis, namespace: string, component: string): Promise<void> {
  const labels = { app: deploymentOf(component) }
  await apps.createNamespacedDeployment({
    namespace,
    body: {
      metadata: { name: deploymentOf(component), labels: { owner: environment } },
      spec: {
        replicas: 2,
        progressDeadlineSeconds: 5,
        selector: { matchLabels: labels },
        template: {
          metadata: { labels },
          spec: { containers: [{ name: 'main', image: `${options.image}:${oldVersion}` }] },
        },
      },
    },
  })
}

/** A node that does not exist keeps every new pod waiting, on any cluster; null takes the wish back. */
async function setNodeSelector(
  apis: Apis,
  namespace: string,
  selector: Record<string, string> | null,
): Promise<void> {
  const { PatchStrategy, setHeaderOptions } = await import('@kubernetes/client-node')
  const body = { spec: { template: { spec: { nodeSelector: selector } } } }
  const name = deploymentOf(components[0] ?? '')
  const asMergePatch = setHeaderOptions('Content-Type', PatchStrategy.MergePatch)
  await apis.apps.patchNamespacedDeployment({ name, namespace, body }, asMergePatch)
}

async function countReplicaSets({ apps }: Apis, namespace: string, component: string): Promise<number> {
  const labelSelector = `app=${deploymentOf(component)}`
  return (await apps.listNamespacedReplicaSet({ namespace, labelSelector })).items.length
}

async function cleanUp({ apps, core }: Apis, namespace: string): Promise<void> {
  await apps.deleteCollectionNamespacedDeployment({ namespace, labelSelector: `owner=${environment}` })
  const labelSelector = `owner=plantao,plantao.dev/environment=${environment}`
  await core.deleteCollectionNamespacedConfigMap({ namespace, labelSelector })
}

async function step(name: string, run: () => Promise<void>): Promise<void> {
  console.log(`\n${name}`)
  try {
    await run()
    console.log('  ok')
  } catch (error) {
    failures += 1
    console.log(`  FAILED: ${error instanceof Error ? error.message : String(error)}`)
  }
}

async function expectFailure(work: Promise<unknown>, code: string): Promise<void> {
  const failure: unknown = await work.then(
    () => undefined,
    (error: unknown) => error,
  )
  if (!(failure instanceof ReleaseError) || failure.code !== code)
    throw new Error(`expected the failure ${code}, came: ${String(failure)}`)
  print(failure.message)
}

function expectEqual(came: unknown, expected: unknown): void {
  if (came !== expected) throw new Error(`expected ${String(expected)}, came ${String(came)}`)
}

function deploymentOf(component: string): string {
  return `${environment}-${component}`
}

function print(line: string): void {
  console.log(`  ${line}`)
}
