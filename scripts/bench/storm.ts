/**
 * `npm run bench:storm [-- --machines 100000] [--minutes 10] [--plain]`: the day it is for. A fleet over TLS and 20 open
 * pages; a third of the machines gets a bad content file, crashes, goes dark and comes back within so many minutes; then the
 * collector is killed, and all come back at once. One JSON line: what was lost, who was falsely dark, the time from a frame
 * to its ack, memory, the incident, and how long it took until all were back, beside what a bare server takes for as many
 * handshakes in the same run.
 */
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { parseArgs } from 'node:util'
import { openStore } from '../../packages/collector/src/store/index.ts'
import { uidOf } from '../../packages/collector/tests/bench/fleet/identity.ts'
import { isStruck } from '../../packages/collector/tests/bench/fleet/jobs.ts'
import { Crews } from './fleet/crew.ts'
import { quantile, round, usageOf, wait } from './fleet/figures.ts'
import type { PagesReport } from './fleet/pages.ts'
import { World } from './fleet/world.ts'

const { values } = parseArgs({
  options: {
    machines: { type: 'string', default: '100000' },
    minutes: { type: 'string', default: '10' },
    plain: { type: 'boolean', default: false },
  },
})
const machines = Number(values.machines)
const stormMs = Number(values.minutes) * 60_000
const HEARTBEAT_MS = 15_000
const PAGES = 20
/** What a healthy fleet says besides: an event of each machine in two minutes. */
const EVENTS_A_SECOND = machines / 120
/** After the bad content has arrived and before the first crash. */
const CALM_MS = 30_000
/** Silence that makes a machine dark, and a little. */
const LEAST_AWAY_MS = 60_000
const MEMORY_EVERY_MS = 2_000

const world = await World.build({
  machines,
  isSecure: !values.plain,
  // a fleet of a short run has taught the detector nothing in the ten minutes that it usually learns
  env: { PUMPHANDLE_DEMO: '1' },
})
try {
  const bare = await world.bare()
  const token = await world.readToken()
  let collector = await world.start()
  const crews = await Crews.start(machines, world.ca)
  const pages = fork(new URL('./fleet/pages.ts', import.meta.url), [collector.url, token, String(PAGES)], {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    env: { ...process.env, ...(world.certFile && { NODE_EXTRA_CA_CERTS: world.certFile }) },
  })
  await once(pages, 'message')
  const askPages = async (): Promise<PagesReport> => {
    const answer = once(pages, 'message')
    pages.send('report')
    return ((await answer) as [PagesReport])[0]
  }
  let mostMb = 0
  const watching = setInterval(() => {
    mostMb = Math.max(mostMb, usageOf(collector.pid).rssMb)
  }, MEMORY_EVERY_MS)
  try {
    await crews.all({ do: 'beat', everyMs: HEARTBEAT_MS })
    await crews.all({ do: 'open', url: collector.url })
    await crews.tell(EVENTS_A_SECOND)
    await wait(HEARTBEAT_MS)
    const calmMb = usageOf(collector.pid).rssMb
    await crews.all({ do: 'expose' })
    await wait(CALM_MS)
    await Promise.all([crews.all({ do: 'report' }), askPages()])

    const struckAt = performance.now()
    // all of them stop in the first third, and are back by the end
    await crews.all({ do: 'crash', overMs: stormMs / 3, leastMs: LEAST_AWAY_MS, mostMs: stormMs / 1.5 })
    const storm = await crews.all({ do: 'settle' })
    const stormSeconds = (performance.now() - struckAt) / 1000
    const stormPages = await askPages()

    const killedAt = performance.now()
    await collector.kill()
    collector = await world.start()
    const readySeconds = (performance.now() - killedAt) / 1000
    const back = await crews.all({ do: 'settle' })
    const backSeconds = (performance.now() - killedAt) / 1000
    const backPages = await askPages()
    await crews.tell(0)
    const { acked } = await crews.all({ do: 'settle' })
    clearInterval(watching)
    await collector.terminate()
    const { lost, doubled, falselyDark, dark } = await check(acked)
    const boundSeconds = machines / bare.perSecond
    console.log(
      JSON.stringify({
        bench: 'storm',
        machines,
        tls: !values.plain,
        minutes: Number(values.minutes),
        acked: acked.reduce((sum, n) => sum + n, 0),
        lost,
        doubled,
        dark,
        falselyDark,
        incident: stormPages.incidents[0] ?? null,
        storm: {
          seconds: round(stormSeconds),
          ackP50Ms: quantile(storm.ackMs, 0.5),
          ackP99Ms: quantile(storm.ackMs, 0.99),
          refused: storm.refused,
          overviewP99Ms: quantile(stormPages.overviewMs, 0.99),
          liveMessages: stormPages.messages,
        },
        restart: {
          readySeconds: round(readySeconds),
          backSeconds: round(backSeconds),
          boundSeconds: round(boundSeconds),
          ratio: round(backSeconds / boundSeconds),
          ackP99Ms: quantile(back.ackMs, 0.99),
          refusedPerMachine: round(back.refused / machines),
          overviewP99Ms: quantile(backPages.overviewMs, 0.99),
          overviewFailed: backPages.failed,
        },
        memory: { calmMb: round(calmMb), mostMb: round(mostMb), bytesPerMachine: round((mostMb * 2 ** 20) / machines) },
      }),
    )
  } finally {
    clearInterval(watching)
    pages.kill('SIGKILL')
    crews.end()
    await collector.kill()
  }
} finally {
  world.remove()
}
process.exit(0)

/** Holds what was acknowledged against what is stored, and who was called dark against who was there. */
async function check(acked: readonly number[]) {
  const store = await openStore({ kind: 'sqlite', file: world.file })
  const stored = await store.reader
    .selectFrom('event')
    .select((eb) => ['machine_id', eb.fn.countAll<number>().as('events')])
    .groupBy('machine_id')
    .execute()
  const went = await store.reader
    .selectFrom('machine_transition')
    .innerJoin('machine', 'machine.id', 'machine_id')
    .select(['uid'])
    .where('to_state', '=', 'dark')
    .execute()
  await store.close()
  const struck = new Set(
    Array.from({ length: machines }, (_, i) => i + 1).flatMap((n) => (isStruck(n) ? uidOf(n) : [])),
  )
  const counts = new Map(stored.map(({ machine_id, events }) => [machine_id, Number(events)]))
  const differences = acked.map((n, i) => (counts.get(i + 1) ?? 0) - n)
  return {
    lost: differences.reduce((sum, n) => sum + Math.max(0, -n), 0),
    doubled: differences.reduce((sum, n) => sum + Math.max(0, n), 0),
    dark: went.length,
    falselyDark: went.filter(({ uid }) => !struck.has(uid)).length,
  }
}
