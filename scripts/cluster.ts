/**
 * Rounds of the cluster test: npm run cluster -- --rounds 50 --seed 1. A seed that fails runs again by --rounds 1 --seed N.
 * npm run cluster -- --up starts a cluster to look at, as deploy/compose.yaml does, and ends it with Ctrl-C.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { startProcesses } from '../tests/cluster/processes.ts'
import { round } from '../tests/cluster/run.ts'

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '50' },
    seed: { type: 'string', default: '1' },
    machines: { type: 'string', default: '2000' },
    faults: { type: 'string', default: '2' },
    'pause-seconds': { type: 'string', default: '60' },
    log: { type: 'boolean', default: false },
    up: { type: 'boolean', default: false },
  },
})
if (values.up) await up()

/** Until Ctrl-C. */
async function up(): Promise<never> {
  const dataDir = mkdtempSync(join(tmpdir(), 'pumphandle-cluster-'))
  const stopped = new Promise<void>((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve())
  })
  const cluster = await startProcesses(
    { PUMPHANDLE_DATA: dataDir, PUMPHANDLE_LOG_LEVEL: 'info' },
    (who, line) => console.log(who, line),
    async () => undefined,
  )
  console.log(`edges: ${cluster.urls('edge').join(' ')}\nserves: ${cluster.urls('serve').join(' ')}`)
  console.log(`all of it, behind one proxy, as agents and people reach it: ${cluster.url}`)
  console.log('A link that makes the first account is above; open its path there. Ctrl-C ends everything.')
  await stopped
  await cluster.end()
  rmSync(dataDir, { recursive: true, force: true })
  process.exit(0)
}

/** A page shows what was acknowledged by then. */
const SHOWN_WITHIN_MS = 5_000
const failed: number[] = []
const shown: number[] = []
let acked = 0
for (let seed = Number(values.seed), n = 0; n < Number(values.rounds); n++, seed++) {
  const outcome = await round({
    seed,
    machines: Number(values.machines),
    faults: Number(values.faults),
    pauseMs: Number(values['pause-seconds']) * 1000,
    ...(values.log ? { onLine: (who, line) => console.error(`${who} ${line}`) } : {}),
  }).catch((error: unknown) => {
    // the others go on
    console.log(`seed ${seed}: the round could not be held: ${(error as Error).message}`)
    return undefined
  })
  if (!outcome) {
    failed.push(seed)
    continue
  }
  acked += outcome.acked
  shown.push(outcome.shownMs)
  const { faults, toldMs, shownMs } = outcome
  const broken = [...outcome.broken, ...(shownMs > SHOWN_WITHIN_MS ? ['shown too late'] : [])]
  const times = `told after ${(toldMs / 1000).toFixed(1)} s, shown ${(shownMs / 1000).toFixed(1)} s after the last ack`
  console.log(
    `seed ${seed}: ${faults.join(', ')}; ${outcome.acked} acknowledged; ${times}; ${broken.join('; ') || 'kept'}`,
  )
  if (broken.length > 0) failed.push(seed)
}
const worst = Math.max(0, ...shown) / 1000
console.log(
  `${values.rounds} rounds, ${acked} events acknowledged, shown at most ${worst.toFixed(1)} s after the last ack, ${failed.length} rounds broke a promise or could not be held ${failed.join(' ')}`,
)
process.exit(failed.length > 0 ? 1 : 0)
