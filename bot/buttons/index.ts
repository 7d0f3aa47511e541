import type { ButtonHandler } from '../asked.ts'
import {
  askAccess,
  directMessages,
  endNotice,
  grantOperator,
  grantOperatorHours,
  grantViewer,
  grantViewerHours,
  refuse,
} from '../home/buttons.ts'
import { file, follow, log, newest, older } from '../logs/buttons.ts'
import { ifMayLook } from '../looking.ts'
import { topic } from './guide.ts'
import * as incident from './incident.ts'
import { approve, breakGlass, cancel, details, reject, retry } from './job.ts'

/** Every button of a card, by its action id. */
export const buttons: Record<string, ButtonHandler> = {
  'job.approve': approve,
  'job.reject': reject,
  'job.break-glass': breakGlass,
  'job.cancel': cancel,
  'job.retry': retry,
  'job.details': looking(details),
  'job.log': looking(log),
  'log.follow': looking(follow),
  'log.newest': looking(newest),
  'log.older': looking(older),
  'log.file': looking(file),
  'guide.topic': topic,
  'incident.acknowledge': incident.acknowledge,
  'incident.escalate': incident.escalate,
  'incident.still-working': incident.stillWorking,
  'incident.channel': incident.channel,
  'incident.postmortem': looking(incident.postmortem),
  'incident.timeline-older': looking(incident.timeline),
  'incident.timeline-newer': looking(incident.timeline),
  'incident.end-silence': incident.endSilence,
  'settings.direct-messages': directMessages,
  'settings.end-notice': endNotice,
  'access.ask': askAccess,
  'access.viewer-hours': grantViewerHours,
  'access.viewer': grantViewer,
  'access.operator-hours': grantOperatorHours,
  'access.operator': grantOperator,
  'access.refuse': refuse,
}

/** For buttons that only show something. */
function looking(look: ButtonHandler): ButtonHandler {
  return async (pressed, deps) => await ifMayLook(pressed, deps, async () => await look(pressed, deps))
}
