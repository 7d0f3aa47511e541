import { ConfigInvalid, readConfig } from './config.ts'
import { startEngine } from './engine.ts'
import { RunbookFileInvalid } from './runbook-file.ts'
import { SecretsKeyInvalid } from './secret-box.ts'

try {
  const engine = await startEngine(readConfig())
  let stopping = false
  const stop = async (): Promise<void> => {
    if (stopping) return
    stopping = true
    await engine.close()
    process.exit(0)
  }
  process.on('SIGTERM', () => void stop())
  process.on('SIGINT', () => void stop())
} catch (error) {
  const expected = [ConfigInvalid, RunbookFileInvalid, SecretsKeyInvalid].some(
    (kind) => error instanceof kind,
  )
  if (!expected || !(error instanceof Error)) throw error
  process.stderr.write(`${error.message}\n`)
  process.exit(1)
}
