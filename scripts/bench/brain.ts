import { parseArgs } from 'node:util'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { Random } from '@pumphandle/shared/random'
import { versionKey } from '@pumphandle/shared/versions'
import { Detector, FactRegistry, type Observation } from '../../packages/collector/src/detect/index.ts'
import { Changes } from '../../packages/collector/src/fleet/changes.ts'
import { Fleet } from '../../packages/collector/src/fleet/fleet.ts'
import { snapshotFromText, snapshotToText } from '../../packages/collector/src/pipeline/snapshot-text.ts'
import { type Bitset, FleetColumns, facets, parse, select } from '../../packages/collector/src/query/index.ts'
import type { Row } from '../../packages/collector/src/store/index.ts'

/**
 * `npm run bench:brain [-- --machines 1000000]`: what one brain holds in memory for 8,500,000 machines with ten components
 * each, part by part: the detector, the fleet's machines, the query's columns. Prints one JSON line a figure as it becomes
 * known. Times are of the process's own processor time: the machine may be shared. Needs some 14 GB at full size.
 */
const MACHINES = 8_500_000
/** A snapshot is made and read at this size: at full size its copies would need as much memory again, several times. */
const SNAPSHOT_MACHINES = 500_000
const PRACTICE_SIZE = 27
const REGIONS = 42
/** Names of components a machine has one version of each of, and versions in use of each. */
const COMPONENTS = 10
const VERSIONS = 12
const START = Date.UTC(2024, 6, 19, 9)
/** Longer than the detector's warm-up, so that failures are judged. */
const WARM_SECONDS = 620
const IDLE_SECONDS = 300
const BUSY_SECONDS = 60
/** What 8.5 million machines send on a bad day. */
const PER_SECOND = 10_000
/** Machines that are told in one second of the build: the queue of a second would hold them all. */
const AT_ONCE = 20_000
const MB = 2 ** 20

const { values } = parseArgs({ options: { machines: { type: 'string', default: String(MACHINES) } } })
const machines = Number(values.machines)
const random = new Random(1)
setFlagsFromString('--expose-gc')
const collect = runInNewContext('gc') as () => void

function report(figure: string, value: number, unit: string): void {
  console.log(JSON.stringify({ bench: 'brain', machines, figure, value: Number(value.toPrecision(4)), unit }))
}

/** Seconds of the processor that something took, of all threads. */
function seconds(work: () => void): number {
  const before = process.cpuUsage()
  work()
  const { user, system } = process.cpuUsage(before)
  return (user + system) / 1e6
}

/** Bytes of objects and buffers that are in use. */
function live(): number {
  // the second takes what the first one's finalisers let go
  collect()
  collect()
  const { heapUsed, external } = process.memoryUsage()
  return heapUsed + external
}

const KINDS = ['sensor', 'content', 'os', 'app', 'driver'] as const
const nameOf = (k: number) => `${KINDS[Math.min(k, KINDS.length - 1)]}:c${k}`
/** The version of a component that a machine has: most have one of three. */
const versionOf = (machine: number, k: number) => {
  const turn = (machine * 2_654_435_761 + k * 40_503) >>> 8
  return turn % 10 < 9 ? turn % 3 : turn % VERSIONS
}

const registry = (): FactRegistry => {
  const facts = new FactRegistry()
  for (let k = 0; k < COMPONENTS; k++) for (let v = 0; v < VERSIONS; v++) facts.intern(`${nameOf(k)}@${v}.0`)
  return facts
}

/** A detector that knows so many machines, all connected. */
function detectorOf(count: number): Detector {
  const detector = new Detector({ facts: registry() })
  for (let machine = 0; machine < count; machine++) {
    const site = Math.floor(machine / PRACTICE_SIZE)
    detector.observe({ type: 'machine', at: START, machine, site, region: site % REGIONS })
    for (let k = 0; k < COMPONENTS; k++) {
      const fact = k * VERSIONS + versionOf(machine, k)
      detector.observe({ type: 'component', at: START, machine, fact, change: 'present', since: null })
    }
    detector.observe({ type: 'online', at: START, machine, boot: 1, previousEnd: 'same' })
    if (machine % AT_ONCE === AT_ONCE - 1) detector.tick(START + Math.floor(machine / AT_ONCE) * 1000)
  }
  return detector
}

/** One second of a bad day: new versions, restarts, silence and blue screens. */
function busy(now: number): Observation[] {
  return Array.from({ length: PER_SECOND }, (_, i): Observation => {
    const machine = random.below(machines)
    const kind = random.next()
    const k = random.below(COMPONENTS)
    const version = k * VERSIONS + random.below(VERSIONS)
    if (kind < 0.8) {
      const change = kind < 0.4 ? 'removed' : 'arrived'
      return { type: 'component', at: now, machine, fact: version, change, since: now }
    }
    if (kind < 0.9) return { type: 'goodbye', at: now, machine, reason: 'restart' }
    if (kind < 0.95) return { type: 'online', at: now, machine, boot: now / 1000, previousEnd: 'clean' }
    if (kind < 0.99) return { type: 'silent', at: now, machine, lastHeard: now - 30_000, othersAlive: true }
    const crash = { id: `${now} ${i}`, occurredAt: now - 60_000, stopCode: 0x50, culprit: `d${k}.sys` }
    return { type: 'crash', at: now, machine, kind: 'bugcheck', uptimeSeconds: 3600, ...crash }
  })
}

async function benchSnapshot(): Promise<void> {
  const count = Math.min(SNAPSHOT_MACHINES, machines)
  const detector = detectorOf(count)
  detector.tick(START + 300_000)
  const before = process.cpuUsage()
  const text = await snapshotToText(detector.snapshot())
  const written = process.cpuUsage(before)
  report('snapshot text a machine', text.length / count, 'bytes')
  report('snapshot written, a million machines', ((written.user + written.system) / 1e6) * (1e6 / count), 's CPU')
  const began = process.cpuUsage()
  Detector.restore(await snapshotFromText(text), { facts: registry() })
  const read = process.cpuUsage(began)
  report('start from a snapshot, a million machines', ((read.user + read.system) / 1e6) * (1e6 / count), 's CPU')
}

function benchDetector(): Detector {
  const before = live()
  let detector = new Detector({ facts: registry() })
  const built = seconds(() => {
    detector = detectorOf(machines)
  })
  report('inventories told a second of CPU', (machines * (COMPONENTS + 2)) / built, 'observations/s')
  report('detector', (live() - before) / MB, 'MB')
  report('detector a machine', (live() - before) / machines, 'bytes')
  let now = START + Math.ceil(machines / AT_ONCE) * 1000
  for (let s = 0; s < WARM_SECONDS; s++) detector.tick((now += 1000))
  const idle = Array.from({ length: IDLE_SECONDS }, () => seconds(() => void detector.tick((now += 1000))) * 1000)
  idle.sort((a, b) => a - b)
  report('tick with nothing new, median', idle[Math.floor(idle.length / 2)] ?? 0, 'ms CPU')
  report('tick with nothing new, longest', idle.at(-1) ?? 0, 'ms CPU')
  let spent = 0
  const ticks: number[] = []
  for (let s = 0; s < BUSY_SECONDS; s++) {
    now += 1000
    const observations = busy(now)
    const took = seconds(() => {
      for (const observation of observations) detector.observe(observation)
      detector.tick(now + 999)
    })
    ticks.push(took * 1000)
    spent += took
  }
  report('observations a second of CPU on a bad day', (PER_SECOND * BUSY_SECONDS) / spent, 'observations/s')
  report(`second of ${PER_SECOND} observations, longest`, Math.max(...ticks), 'ms CPU')
  return detector
}

function rowOf(machine: number): Row<'machine'> {
  const site = Math.floor(machine / PRACTICE_SIZE)
  return {
    id: machine + 1,
    uid: `01J${String(machine).padStart(23, '0')}`,
    name: `GP${site}-PC${machine % PRACTICE_SIZE}`,
    practice_id: site + 1,
    region_id: 1 + (site % REGIONS),
    state: 'healthy',
    state_since: START,
    state_reason: null,
    model: `model ${machine % 20}`,
    os_name: 'windows',
    first_seen: START - 864e5,
    last_seen: START,
    last_boot_at: START - 36e5,
    boot_id: `boot-${machine}`,
    last_crash_at: null,
    last_crash_stop: null,
    last_crash_culprit: null,
    unmanaged: 0,
    agent_version: '0.1.0',
    retired_at: null,
    revoked_at: null,
    established_at: START,
  } as unknown as Row<'machine'>
}

function benchFleet(): Fleet {
  const before = live()
  const fleet = new Fleet({
    changes: new Changes(() => undefined),
    heartbeatMs: 15_000,
    silenceMs: 40_000,
    bootLoop: () => ({ boots: 3, minutes: 30 }),
    now: START,
    onTransition: () => undefined,
    onSilent: () => undefined,
    lastHeard: () => Number.POSITIVE_INFINITY,
  })
  const took = seconds(() => {
    for (let machine = 0; machine < machines; machine++) fleet.put(rowOf(machine), START)
  })
  report('machines', (live() - before) / MB, 'MB')
  report('machines, each', (live() - before) / machines, 'bytes')
  report('machines taken from rows', took, 's CPU')
  return fleet
}

function benchColumns(): void {
  const before = live()
  const columns = new FleetColumns()
  for (let r = 1; r <= REGIONS; r++) columns.setRegion({ id: r, code: `Q${r}`, name: `Region ${r}` })
  const practices = Math.ceil(machines / PRACTICE_SIZE)
  for (let p = 1; p <= practices; p++)
    columns.setPractice({ id: p, code: `A${p}`, name: `Practice ${p}`, pcn_id: null })
  for (let k = 0; k < COMPONENTS; k++)
    for (let v = 0; v < VERSIONS; v++) {
      const [kind, name] = nameOf(k).split(':') as [(typeof KINDS)[number], string]
      const version = `${v}.0`
      columns.setComponent({ id: k * VERSIONS + v + 1, kind, name, version, version_key: versionKey(version) })
    }
  const took = seconds(() => {
    for (let machine = 0; machine < machines; machine++) {
      columns.setMachine(rowOf(machine))
      for (let k = 0; k < COMPONENTS; k++) columns.addComponent(machine + 1, k * VERSIONS + versionOf(machine, k) + 1)
    }
  })
  report('columns', (live() - before) / MB, 'MB')
  report('columns a machine', (live() - before) / machines, 'bytes')
  report('columns filled', took, 's CPU')
  const parsed = parse('sensor:c0@1.0 state:healthy')
  if (!parsed.ok) throw new Error(parsed.error.message)
  let found: Bitset | undefined
  const asked = Array.from({ length: 20 }, () =>
    seconds(() => {
      found = select(columns, parsed.query, { now: START })
      facets(columns, found)
    }),
  ).sort((a, b) => a - b)
  report('a question with all facets, median', (asked[10] ?? 0) * 1000, 'ms CPU')
}

await benchSnapshot()
await new Promise(setImmediate)
const detector = benchDetector()
const fleet = benchFleet()
benchColumns()
report('resident, all of it', process.memoryUsage().rss / MB, 'MB')
// held to the end, so that all of it was there at once
console.error(`${fleet.size} machines, ${detector.open().length} incidents open`)
