import { code, say } from '../mrkdwn.ts'
import type { rolloutReasons as ptBR } from '../pt-BR/rollout-reasons.ts'

const noImage = say`the version's image cannot be pulled. Check that the version was published and that the cluster may read the registry, then deploy again.`

export const rolloutReasons: typeof ptBR = {
  ErrImagePull: noImage,
  ImagePullBackOff: noImage,
  ErrImageNeverPull: say`the image is not on the node, and the cluster may not pull it (${code('imagePullPolicy: Never')}). Change that rule and deploy again.`,
  InvalidImageName: say`the name of the image is not valid. Correct the version, or the component's image in the runbook file, and deploy again.`,
  CrashLoopBackOff: say`the process dies soon after it starts. Look at the pod's log, correct the version and deploy again.`,
  OOMKilled: say`the process went past its memory limit and was killed. Raise the limit or correct what it uses, and deploy again.`,
  CreateContainerConfigError: say`a setting or a secret that the container needs is missing. Create it in the cluster and try again.`,
  CreateContainerError: say`the container could not be created. Open the details, correct its configuration and try again.`,
  RunContainerError: say`the container could not be started. Open the details, correct its configuration and try again.`,
  Unschedulable: say`no node of the cluster has room for the pod. Free or add capacity, or ask for less, and try again.`,
  FailedCreate: say`the cluster did not let the pods be created, often for want of quota. Open the details, correct that and try again.`,
  NotReady: say`the pod runs but does not pass its readiness check. Look at the pod's log, correct the version and deploy again.`,
  ProgressDeadlineExceeded: say`it made no progress within the cluster's deadline. Look at the pods in the cluster before you try again.`,
  DeploymentPaused: say`its Deployment is paused in the cluster. Resume it with ${code('kubectl rollout resume')} and try again.`,
  TimedOut: say`its pods were not ready in time. Look at the pods in the cluster before you try again.`,
}
