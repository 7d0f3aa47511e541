import { ConfigInvalid, readConfig } from './config.ts'
import { connectAccount } from './connect-account.ts'

try {
  await connectAccount(readConfig(), process.argv.slice(2))
  process.stdout.write('Connected.\n')
} catch (error) {
  if (!(error instanceof ConfigInvalid)) throw error
  process.stderr.write(`${error.message}\n`)
  process.exitCode = 1
}
