import type { CommandHandler } from '../asked.ts'
import { deploy } from './deploy.ts'
import { incident } from './incident.ts'
import { ops } from './ops.ts'
import { restore } from './restore.ts'
import { rollback } from './rollback.ts'
import { sync } from './sync.ts'

/** Every slash command of deploy/slack-manifest.yaml. */
export const commands: Record<
  '/deploy' | '/rollback' | '/restore' | '/sync' | '/ops' | '/incident',
  CommandHandler
> = {
  '/deploy': deploy,
  '/rollback': rollback,
  '/restore': restore,
  '/sync': sync,
  '/ops': ops,
  '/incident': incident,
}
