import { code, say } from '../mrkdwn.ts'

const noImage = say`a imagem da versão não pode ser baixada. Confira se a versão foi publicada e se o cluster pode ler o registro, e faça outro deploy.`

/** Why the pods of a release do not come up, and what to do, by the cluster's own word for it. */
export const rolloutReasons = {
  ErrImagePull: noImage,
  ImagePullBackOff: noImage,
  ErrImageNeverPull: say`a imagem não está no nó, e o cluster não pode baixá-la (${code('imagePullPolicy: Never')}). Mude essa regra e faça outro deploy.`,
  InvalidImageName: say`o nome da imagem não é válido. Corrija a versão, ou a imagem do componente no arquivo do runbook, e faça outro deploy.`,
  CrashLoopBackOff: say`o processo cai logo depois de iniciar. Veja o log do pod, corrija a versão e faça outro deploy.`,
  OOMKilled: say`o processo passou do limite de memória e foi encerrado. Aumente o limite ou corrija o consumo, e faça outro deploy.`,
  CreateContainerConfigError: say`falta uma configuração ou um segredo de que o contêiner precisa. Crie-o no cluster e tente de novo.`,
  CreateContainerError: say`o contêiner não pôde ser criado. Abra os detalhes, corrija a configuração dele e tente de novo.`,
  RunContainerError: say`o contêiner não pôde ser iniciado. Abra os detalhes, corrija a configuração dele e tente de novo.`,
  Unschedulable: say`nenhum nó do cluster tem lugar para o pod. Libere ou acrescente capacidade, ou peça menos recursos, e tente de novo.`,
  FailedCreate: say`o cluster não deixou criar os pods, muitas vezes por falta de cota. Abra os detalhes, corrija isso e tente de novo.`,
  NotReady: say`o pod roda, mas não passa na verificação de prontidão. Veja o log do pod, corrija a versão e faça outro deploy.`,
  ProgressDeadlineExceeded: say`não avançou no prazo que o cluster dá. Veja os pods no cluster antes de tentar de novo.`,
  DeploymentPaused: say`o Deployment está pausado no cluster. Retome com ${code('kubectl rollout resume')} e tente de novo.`,
  TimedOut: say`os pods não ficaram prontos a tempo. Veja os pods no cluster antes de tentar de novo.`,
}
