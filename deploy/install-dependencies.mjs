// Makes `npm start` and `npm test` the only commands a fresh machine needs: installs node_modules when it is missing.
import { existsSync } from 'node:fs'
import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
if (!existsSync(`${root}/node_modules/tsx`)) {
  console.log('Installing dependencies (first run only)…')
  // Not `npm ci`: it refuses a lock file made where the builds for other platforms could not be looked up.
  const install = ['install', '--no-save', '--no-audit', '--no-fund']
  const { status } = spawnSync('npm', install, { cwd: root, stdio: 'inherit' })
  if (status !== 0) {
    console.error(
      'npm install failed. Check the network and the npm registry settings, then run the same command again.',
    )
    process.exit(status ?? 1)
  }
}
