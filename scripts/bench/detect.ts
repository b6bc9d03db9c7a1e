import { performance } from 'node:perf_hooks'
import { Random } from '@pumphandle/shared/random'
import { Detector, FactRegistry, type Observation } from '../../packages/collector/src/detect/index.ts'

/**
 * `npm run bench:detect`: the detector alone, with 200,000 machines and 5,000 active component versions. Prints one JSON
 * line a figure: `{"bench","figure","value","unit","limit","ratio"}`; `ratio` is value/limit, better than 1 where the
 * limit is a floor and under 1 where it is a ceiling.
 */
const MACHINES = 200_000
const VERSIONS = 5_000
/** A practice PC has the sensor, its content, the system, a model, an application and some fifty third-party drivers. */
const FACTS_PER_MACHINE = 60
const PRACTICE_SIZE = 27
const REGIONS = 42
const START = Date.UTC(2024, 6, 19, 9)
/** Longer than the detector's warm-up of ten minutes, so that failures are judged. */
const SECONDS = 900
const PER_SECOND = 500
const IDLE_SECONDS = 1_200

const facts = new FactRegistry()
for (let i = 0; i < VERSIONS; i++) facts.intern(`driver:d${Math.floor(i / 8)}.sys@${i % 8}.0`)
const random = new Random(1)

/** Components a machine has: common ones for nearly all, and a long tail. */
function factOf(machine: number, k: number): number {
  const tail = k >= FACTS_PER_MACHINE / 2
  const component = tail ? 100 + ((machine * 31 + k * 7919) % 520) : k
  return component * 8 + ((machine + k) % 8)
}

function report(figure: string, value: number, unit: string, limit: number): void {
  const rounded = Math.round(value * 100) / 100
  console.log(
    JSON.stringify({
      bench: 'detect',
      figure,
      value: rounded,
      unit,
      limit,
      ratio: Math.round((value / limit) * 1000) / 1000,
    }),
  )
}

/** Machines that said goodbye or fell silent, by the second in which they are back. */
const returns = new Map<number, Observation[]>()
function later(s: number, observation: Observation): void {
  const list = returns.get(s)
  if (list) list.push(observation)
  else returns.set(s, [observation])
}

/** What one second of a working fleet brings: machines come and go, versions change, some fall silent, a few crash. */
function second(s: number): Observation[] {
  const at = START + (300 + s) * 1000
  const observations = returns.get(s) ?? []
  returns.delete(s)
  while (observations.length < PER_SECOND) {
    const machine = Math.floor(random.next() * MACHINES)
    const kind = random.next()
    const fact = factOf(machine, Math.floor(random.next() * FACTS_PER_MACHINE))
    const back = { type: 'online', machine, boot: s + 2 } as const
    if (kind < 0.4) observations.push({ type: 'component', at, machine, fact, change: 'removed', since: at })
    else if (kind < 0.8) observations.push({ type: 'component', at, machine, fact, change: 'arrived', since: at })
    else if (kind < 0.9) {
      observations.push({ type: 'goodbye', at, machine, reason: 'restart' })
      later(s + 90, { ...back, at: at + 90_000, previousEnd: 'clean' })
    } else if (kind < 0.999) {
      observations.push({ type: 'silent', at, machine, lastHeard: at - 30_000, othersAlive: true })
      later(s + 60, { ...back, at: at + 60_000, previousEnd: kind < 0.99 ? 'same' : 'unexpected' })
    } else {
      const crashed = { id: `${s}`, occurredAt: at - 60_000, stopCode: 0x50, culprit: `d${fact % 600}.sys` }
      observations.push({ type: 'crash', at, machine, kind: 'bugcheck', uptimeSeconds: 3600, ...crashed })
    }
  }
  return observations
}

const detector = new Detector({ facts })
for (let machine = 0; machine < MACHINES; machine++) {
  const site = Math.floor(machine / PRACTICE_SIZE)
  detector.observe({ type: 'machine', at: START, machine, site, region: site % REGIONS })
  for (let k = 0; k < FACTS_PER_MACHINE; k++) {
    detector.observe({
      type: 'component',
      at: START,
      machine,
      fact: factOf(machine, k),
      change: 'present',
      since: null,
    })
  }
  detector.observe({ type: 'online', at: START, machine, boot: 1, previousEnd: 'same' })
  // Not all in one second: the queue of a second would hold every fact of the fleet.
  if (machine % 2_000 === 1_999) detector.tick(START + machine)
}

let spent = 0
let observed = 0
let raised = 0
/** Lets the clock reach `at`, takes the time, and counts what was raised. */
function timed(at: number, observations: readonly Observation[]): number {
  const began = performance.now()
  const findings = observations.flatMap((o) => detector.observe(o))
  findings.push(...detector.tick(at + 1000))
  const took = performance.now() - began
  raised += findings.filter((f) => f.type === 'raised').length
  return took
}

for (let s = 0; s < SECONDS; s++) {
  const at = START + (300 + s) * 1000
  const observations = second(s)
  spent += timed(at, observations)
  observed += observations.length
}
// Ticks in which nothing but time passes: what the fleet costs by existing.
const ticks = Array.from({ length: IDLE_SECONDS }, (_, s) => timed(START + (300 + SECONDS + s) * 1000, [])).toSorted(
  (a, b) => a - b,
)

report('events-per-second', (observed / spent) * 1000, 'events/s', 20_000)
report('tick-p99', ticks[Math.floor(ticks.length * 0.99)] ?? 0, 'ms', 50)
report('tick-max', ticks.at(-1) ?? 0, 'ms', 50)
report('memory-per-machine', detector.bytes / MACHINES, 'bytes', 1_000)
console.error(
  `${MACHINES} machines, ${VERSIONS} versions, ${FACTS_PER_MACHINE} a machine, ${observed} observations, ${raised} incidents raised`,
)
