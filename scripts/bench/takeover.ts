/**
 * `npm run bench:takeover -- --machines 100000`: the active brain of a fleet is killed, and then one that took over stands
 * still; how long until the one that stood by judges, and answers pages. An edge tells of events all the while. Everything
 * on this computer. One JSON object a line.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { EdgeLog } from '../../packages/collector/src/store/cluster/edge-log.ts'
import { beatOfEdge, registerEdge } from '../../packages/collector/src/store/cluster/edges.ts'
import { makePartitions } from '../../packages/collector/src/store/cluster/journal-rows.ts'
import { openStore, type Store } from '../../packages/collector/src/store/index.ts'
import { Member } from '../../tests/cluster/member.ts'
import { startPostgresPair } from '../../tests/support/postgres-pair.ts'
import { Client } from './fleet/pg.ts'

const { values } = parseArgs({ options: { machines: { type: 'string', default: '100000' } } })
const MACHINES = Number(values.machines)
/** As general practice has them. */
const MACHINES_OF_PRACTICE = 27
const COMPONENTS = 200
const COMPONENTS_OF_MACHINE = 10
/** A busy quarter of an hour of 1.5 million machines. */
const EVENTS_PER_SECOND = 1_300
const TELL_EVERY_MS = 50
/** It follows for so long before the other one is killed. */
const FOLLOWS_MS = 15_000
const PAUSE_MS = 20_000

const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms))

/** Machines that enrolled a month ago, each with components. */
async function fill(url: string): Promise<void> {
  const client = new Client({ connectionString: url })
  await client.connect()
  const [now, month] = [Date.now(), Date.now() - 30 * 86_400_000]
  const practices = Math.ceil(MACHINES / MACHINES_OF_PRACTICE)
  await client.query(
    `insert into region (id, code, name) select n, 'Q' || n, 'Region ' || n from generate_series(1, 42) n`,
  )
  await client.query(`insert into practice (id, code, name, region_id, status, vouched)
    select n, 'A' || 80000 + n, 'Practice ' || n, 1 + n % 42, 'open', 1 from generate_series(1, ${practices}) n`)
  await client.query(`insert into machine (id, uid, name, practice_id, region_id, state, state_since, state_reason, first_seen,
      last_seen, unmanaged, agent_version, established_at)
    select n, 'machine-' || n, 'PC-' || n, 1 + n % ${practices}, 1 + (1 + n % ${practices}) % 42, 'offline', ${now}, '', ${month}, ${now},
      0, '0.1.0', ${month} from generate_series(1, ${MACHINES}) n`)
  await client.query(`insert into component (id, kind, name, version, first_seen, version_key)
    select n, 'driver', 'driver-' || n % 20 || '.sys', '1.0.' || n, ${month}, '1.0.' || n from generate_series(1, ${COMPONENTS}) n`)
  await client.query(`insert into machine_component (machine_id, component_id, since, known_since_before)
    select n, 1 + (n * 7 + c * 20 + c) % ${COMPONENTS}, ${month}, 1
    from generate_series(1, ${MACHINES}) n, generate_series(0, ${COMPONENTS_OF_MACHINE - 1}) c on conflict do nothing`)
  await client.query('analyze')
  await client.end()
}

/** An edge that tells of machines' vitals, until it is ended. */
async function edgeOf(store: Store): Promise<{ end(): Promise<void> }> {
  await makePartitions(store.db, Date.now())
  const log = new EdgeLog(await registerEdge(store.db, 'bench', Date.now()))
  const many = Math.round((EVENTS_PER_SECOND * TELL_EVERY_MS) / 1000)
  let isEnding = false
  let n = 0
  const told = (async () => {
    for (let beat = 0; !isEnding; beat++) {
      if (beat % (2_000 / TELL_EVERY_MS) === 0)
        await beatOfEdge(store.db, log.edge, { connections: MACHINES, stuckMs: 0 })
      const rows = Array.from({ length: many }, () => {
        const at = Date.now()
        const m = 1 + ((n++ * 7919) % MACHINES)
        const event = { id: `v-${n}`, at, type: 'vitals', uptimeSeconds: n } as const
        return { t: 'stored', m, news: [{ machineId: m, event, at, receivedAt: at, skew: 0 }], components: [] } as const
      })
      await store.transaction((tx) => log.append(tx, rows))
      log.committed()
      await pause(TELL_EVERY_MS)
    }
  })()
  return {
    async end() {
      isEnding = true
      await told
    },
  }
}

interface Line {
  readonly at: number
  readonly msg: string
  readonly ms?: number
  readonly ofThemNew?: number
}

/** A brain in a process of its own, and its log. */
async function brain(servers: readonly string[], env: Record<string, string>) {
  const lines: Line[] = []
  const member = await Member.start('brain', servers, env, (text) => {
    if (text.startsWith('{')) lines.push({ ...(JSON.parse(text) as Line), at: performance.now() })
  })
  const said = async (message: string, since: number): Promise<Line> => {
    for (;;) {
      const found = lines.find(({ msg, at }) => at >= since && msg.includes(message))
      if (found) return found
      await pause(20)
    }
  }
  return { member, said }
}

function print(figure: string, value: number, unit: string): void {
  console.log(
    JSON.stringify({ bench: 'takeover', machines: MACHINES, figure, value: Number(value.toPrecision(4)), unit }),
  )
}

const folder = mkdtempSync(join(tmpdir(), 'bench-takeover-'))
const pair = await startPostgresPair()
const [primary] = pair.servers
const env = { PUMPHANDLE_DATA: folder, PUMPHANDLE_LOG_LEVEL: 'info' }
const store = await openStore({ kind: 'postgres', url: primary })
await fill(primary)
const edge = await edgeOf(store)
const first = await brain([primary], env)
const second = await brain([primary], env)
try {
  print('start-without-a-snapshot', (await first.said('brain is active', 0)).ms ?? 0, 'ms')
  await second.said('follows the active brain', 0)
  for (const [how, dying, next] of [
    ['killed', first, second],
    ['paused', second, first],
  ] as const) {
    await pause(FOLLOWS_MS)
    const began = performance.now()
    const ended = how === 'killed' ? dying.member.kill() : dying.member.pause(PAUSE_MS)
    const active = await next.said('brain is active', began)
    const pages = await next.said('brain answers pages', began)
    print(`${how}-to-judging`, active.at - began, 'ms')
    print(`${how}-of-which-after-the-lock`, active.ms ?? 0, 'ms')
    print(`${how}-to-pages`, pages.at - began, 'ms')
    print(`${how}-events-replayed`, (await next.said('goes on from where another was', began)).ofThemNew ?? 0, 'events')
    await ended
    await dying.said('follows the active brain', active.at)
  }
} finally {
  await edge.end()
  await Promise.all([first.member.end(), second.member.end()])
  await store.close()
  await pair.stop()
  rmSync(folder, { recursive: true, force: true })
}
