/**
 * The failures a release may expect. `code` and `values` let the bot say it in the reader's language; the
 * message is the English sentence, and says what to do.
 */
export class ReleaseError extends Error {
  readonly code: string
  readonly values: Record<string, string | number>

  constructor(code: string, values: Record<string, string | number>, sentence: string) {
    super(sentence)
    this.name = new.target.name
    this.code = code
    this.values = values
  }
}

export class ClusterUnreachable extends ReleaseError {
  readonly reason: string

  constructor(values: { server: string; reason: string }) {
    super(
      'cluster-unreachable',
      values,
      `The cluster at ${values.server} cannot be reached (${values.reason}). Check that its API is up and that this machine may reach it, then retry.`,
    )
    this.reason = values.reason
  }
}

export class KubeconfigInvalid extends ReleaseError {
  constructor(values: { kubeconfig: string; reason: string }) {
    super(
      'kubeconfig-invalid',
      values,
      `The kubeconfig ${values.kubeconfig} cannot be used: ${values.reason}. Check KUBECONFIG and the environment's "context" in the runbook file.`,
    )
  }
}

export class ClusterUnauthorized extends ReleaseError {
  constructor(values: { server: string }) {
    super(
      'cluster-unauthorized',
      values,
      `The cluster at ${values.server} does not accept Plantão's credentials. Renew the token or certificate in the kubeconfig, then retry.`,
    )
  }
}

export class ClusterForbidden extends ReleaseError {
  constructor(values: { verb: string; resource: string; namespace: string; said: string }) {
    super(
      'cluster-forbidden',
      values,
      `Plantão may not ${values.verb} ${values.resource} in namespace ${values.namespace}. Grant its account that verb in a Role, then retry. The cluster said: ${values.said}`,
    )
  }
}

/** Any other refusal; `status` is the HTTP status (404, 409 and 422 are the usual ones). */
export class ClusterRefused extends ReleaseError {
  readonly status: number

  constructor(values: { verb: string; resource: string; name: string; status: number; said: string }) {
    super(
      'cluster-refused',
      values,
      `The cluster refused to ${values.verb} ${values.resource} ${values.name}: ${values.said}`,
    )
    this.status = values.status
  }
}

export class UnknownDeployment extends ReleaseError {
  constructor(values: { deployment: string; namespace: string; existing: string }) {
    super(
      'unknown-deployment',
      values,
      `There is no deployment ${values.deployment} in namespace ${values.namespace} (it has: ${values.existing || 'none'}). Correct the environment's components in the runbook file, or create the deployment.`,
    )
  }
}

export class UnknownContainer extends ReleaseError {
  constructor(values: { container: string; deployment: string; existing: string }) {
    super(
      'unknown-container',
      values,
      `Deployment ${values.deployment} has no container ${values.container} (it has: ${values.existing}). Correct the component's "container" in the runbook file.`,
    )
  }
}

export class UnknownRevision extends ReleaseError {
  constructor(values: { revision: number; environment: string; existing: string }) {
    super(
      'unknown-revision',
      values,
      `There is no revision ${values.revision} of ${values.environment} (there are: ${values.existing || 'none'}).`,
    )
  }
}

export interface NotSettled {
  component: string
  /** Empty: it is not one pod's trouble. */
  pod: string
  /** The cluster's own word, or one of `reasonWords`. */
  reason: string
  detail: string
  /** Set when the time for it was over. */
  waitedSeconds?: number
}

export class RolloutNotSettled extends ReleaseError {
  constructor(values: NotSettled) {
    const { component, pod, reason, detail, waitedSeconds } = values
    const late = waitedSeconds === undefined ? '' : `not ready after ${waitedSeconds} s`
    const why = [reasonWords.get(reason) ?? reason, late].filter(Boolean).join(', ')
    super(
      'rollout-not-settled',
      { ...values },
      `${component} did not settle: ${pod ? `pod ${pod}: ` : ''}${why}${detail ? ` (${detail})` : ''}. Roll back, or correct the version and deploy it again.`,
    )
  }
}

/** What the cluster has no word for, or none that says enough. */
const reasonWords = new Map([
  ['NotReady', 'not ready'],
  ['DeploymentPaused', 'its Deployment is paused'],
  ['ProgressDeadlineExceeded', 'the rollout made no progress within its deadline'],
  ['TimedOut', ''],
])

export class ReleaseSuperseded extends ReleaseError {
  constructor(values: { component: string; revision: number; newer: string }) {
    super(
      'release-superseded',
      values,
      `Revision ${values.revision} is no longer wanted: ${values.component} already carries ${values.newer}. Nothing was changed; deploy again if you still want it.`,
    )
  }
}

export class ReleaseRecordInvalid extends ReleaseError {
  constructor(values: { record: string; namespace: string; problem: string }) {
    super(
      'release-record-invalid',
      values,
      `The release record ${values.record} in namespace ${values.namespace} cannot be read (${values.problem}). Correct or delete that ConfigMap.`,
    )
  }
}

export class RegistryUnreachable extends ReleaseError {
  constructor(values: { registry: string; repository: string; reason: string }) {
    super(
      'registry-unreachable',
      values,
      `The versions of ${values.repository} cannot be listed: the registry ${values.registry} ${values.reason}. Check the environment's "registry" in the runbook file.`,
    )
  }
}
