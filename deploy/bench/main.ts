// `npm run bench [NAME…]`: what Plantão costs, beside a floor measured in the same run. Machines are noisy: read the ratios.
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { benchAcknowledge } from './acknowledge.ts'
import { benchEscalation } from './escalation.ts'
import { benchIngest } from './ingest.ts'
import { benchPager } from './pager.ts'
import type { Bench } from './report.ts'
import { benchRunner } from './runner.ts'
import { benchForms } from './slack-forms.ts'
import { benchLiveJobs } from './slack-jobs.ts'
import { benchLongOutage, benchOutage } from './slack-outage.ts'
import { benchSockets } from './slack-sockets.ts'
import { benchStartUp } from './start-up.ts'
import { benchStorm } from './storm.ts'

const benches: Record<string, Bench> = {
  runner: benchRunner,
  acknowledge: benchAcknowledge,
  'start-up': benchStartUp,
  ingest: benchIngest,
  'slack-forms': benchForms,
  'slack-sockets': benchSockets,
  'slack-jobs': benchLiveJobs,
  'slack-outage': benchOutage,
  'slack-outage-5-minutes': benchLongOutage,
  escalation: benchEscalation,
  pager: benchPager,
  storm: benchStorm,
}

/** Too long to be run unasked. */
const onlyByName = ['slack-outage-5-minutes']

const wanted = process.argv.slice(2)
const unknown = wanted.filter((name) => !(name in benches))
if (unknown.length > 0) {
  console.error(`There is no bench ${unknown.join(', ')}. There are: ${Object.keys(benches).join(', ')}.`)
  process.exit(1)
}
for (const [name, bench] of Object.entries(benches)) {
  if (wanted.length > 0 ? !wanted.includes(name) : onlyByName.includes(name)) continue
  const dir = await mkdtemp(join(tmpdir(), 'plantao-bench-'))
  console.log(`\n== ${name}`)
  await bench(dir)
  await rm(dir, { recursive: true, force: true })
}
process.exit(0)
