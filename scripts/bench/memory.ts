// npm run bench:memory [-- --changes 3600000 --machines 20000 --speed 4]: an hour at 1,000 changes a second, as fast as it
// goes: a fleet falls ill and comes back, again and again, while a page is open, on a clock that runs faster. Tells the
// collector's heap after a collection as it goes, one JSON line each, and how much it grows over the second half.
import { fork } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { readConfig, startCollector } from '@pumphandle/collector'
import { createClient } from '@pumphandle/shared/client'
import { fastClock } from '../../tests/support/fast-clock.ts'
import { browserFetch, PASSWORD } from '../../tests/support/signed-in.ts'
import { answer } from './dashboard/answer.ts'
import { Unfolding } from './dashboard/unfolding.ts'
import { build } from './query/build.ts'

const { values } = parseArgs({
  options: {
    changes: { type: 'string', default: '3600000' },
    machines: { type: 'string', default: '20000' },
    speed: { type: 'string', default: '4' },
  },
})
const changes = Number(values.changes)
const machines = Number(values.machines)
/** By the fast clock. */
const CHANGES_PER_SECOND = 1000
const SAMPLES = 20
const MB = 2 ** 20

setFlagsFromString('--expose-gc')
const collectGarbage = runInNewContext('gc') as () => void
const rounded = (n: number): number => Number(n.toPrecision(4))

const folder = mkdtempSync(join(tmpdir(), 'bench-memory-'))
await build(join(folder, 'pumphandle.db'), { machines, events: machines })
const clock = fastClock()
clock.hurry(Number(values.speed))
const config = readConfig({ PUMPHANDLE_PORT: '0', PUMPHANDLE_DATA: folder, PUMPHANDLE_LOG_LEVEL: 'error' })
// a benchmark's fleet says more in a minute than an agent may
const collector = await startCollector(config, { clock, maxFramesPerMinute: 1_000_000 })
const admin = createClient({ url: collector.url, fetch: browserFetch(collector.url) })
const token = collector.signInLink?.split('#')[1] ?? ''
await admin.call('redeem', { body: { token, name: 'Bench', password: PASSWORD, email: 'bench@example.nhs.uk' } })
const { secret } = await admin.call('tokenAdd', { body: { name: 'bench', scope: 'read' } })
const unfolding = new Unfolding(collector.context.ingest, clock, machines)
await unfolding.connectAll()
const page = fork(fileURLToPath(new URL('../../packages/dashboard/fixtures/headless-pages.ts', import.meta.url)))
page.send({ open: 'pages', count: 1, url: collector.url, tokens: [secret], incident: null })
await answer(page)
unfolding.pace(CHANGES_PER_SECOND)

const samples: { changes: number; heapMb: number }[] = []
for (let sample = 1; sample <= SAMPLES; sample++) {
  while (unfolding.changes < (changes * sample) / SAMPLES)
    await new Promise((resolve) => clock.after(1000, () => resolve(0)))
  collectGarbage()
  const { heapUsed, external, arrayBuffers, rss } = process.memoryUsage()
  samples.push({ changes: unfolding.changes, heapMb: heapUsed / MB })
  console.log(
    JSON.stringify({
      bench: 'memory',
      changes: unfolding.changes,
      virtualMinutes: rounded((clock.now() - collector.context.startedAt) / 60_000),
      heapMb: rounded(heapUsed / MB),
      externalMb: rounded((external + arrayBuffers) / MB),
      rssMb: rounded(rss / MB),
      waiting: collector.context.journal.waiting,
    }),
  )
}
const half = samples.slice(SAMPLES / 2)
const [from, until] = [half[0], half.at(-1)]
if (from && until)
  console.log(
    JSON.stringify({
      bench: 'memory',
      figure: 'heap grows over the second half, a million changes',
      value: rounded((1e6 * (until.heapMb - from.heapMb)) / (until.changes - from.changes)),
      unit: 'MB',
    }),
  )
page.kill()
await collector.close()
rmSync(folder, { recursive: true, force: true })
process.exit(0)
