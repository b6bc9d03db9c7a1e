import { type BenchFleet, ms, Noise, QUIET_SECONDS, START } from './fleet.ts'
import { floorOf, type Known, oracle } from './oracle.ts'
import { type Cell, PACE, strike, tell } from './outage.ts'

export interface CellResult extends Cell {
  readonly exposed: number
  readonly failed: number
  /** Seconds from the first failure until named, and failures known then; null: never. */
  readonly detector: { seconds: number; failures: number } | null
  readonly oracle: { seconds: number; failures: number } | null
  /** Lorden's bound, seconds from the beginning. */
  readonly floor: number | null
  /** The detector's seconds for each of the oracle's; null where the oracle does not succeed, Infinity where only it does. */
  readonly ratio: number | null
  /** The same beside the oracle that needs as many machines as the detector does. */
  readonly ratioToWary: number | null
  /** Another version was blamed first. */
  readonly wrongFirst: boolean
}

/** Seconds of background that are made in one go. */
const STRETCH: Readonly<Record<Cell['speed'], number>> = { seconds: 60, hours: 600, days: 3_600 }
const TICK_SECONDS = 1

/** One outage, before the detector and before the oracle. */
export function runCell(fleet: BenchFleet, cell: Cell, seed: number, budget: number): CellResult {
  const struck = strike(fleet, cell, seed)
  const isIll = ({ failed, away }: (typeof struck)[number]): boolean =>
    cell.kind === 'no-return' ? !Number.isFinite(away) : Number.isFinite(failed)
  const ill = struck.filter(isIll).toSorted((a, b) => a.failed - b.failed)
  const base = {
    ...cell,
    exposed: struck.length,
    failed: ill.length,
    floor: floorOf(cell, struck.length, budget) ?? null,
  }
  const first = ill[0]?.failed
  if (first === undefined)
    return { ...base, detector: null, oracle: null, ratio: null, ratioToWary: null, wrongFirst: false }
  const { named, wrongFirst } = detect(fleet, cell, struck, seed)
  const after = (known: Known | undefined) =>
    known ? { seconds: Math.round(known.at - first), failures: known.failures } : null
  const ideal = after(oracle(cell, struck, budget, false))
  const wary = after(oracle(cell, struck, budget, true))
  const detector = after(
    named === undefined ? undefined : { at: named, failures: ill.filter(({ failed }) => failed <= named).length },
  )
  const beside = (best: CellResult['oracle']): number | null => {
    if (best === null) return null
    return detector === null ? Number.POSITIVE_INFINITY : detector.seconds / Math.max(1, best.seconds)
  }
  return { ...base, detector, oracle: ideal, ratio: beside(ideal), ratioToWary: beside(wary), wrongFirst }
}

/** Seconds after START at which the bad version is named. */
function detect(
  fleet: BenchFleet,
  cell: Cell,
  struck: ReturnType<typeof strike>,
  seed: number,
): { named: number | undefined; wrongFirst: boolean } {
  const detector = fleet.detector()
  const noise = new Noise(fleet.machines, seed + 7)
  const told = tell(fleet, cell, struck)
  const end = QUIET_SECONDS + PACE[cell.speed].horizon
  let next = 0
  let wrongFirst = false
  const isNamed = (findings: ReturnType<typeof detector.tick>): boolean => {
    for (const finding of findings) {
      if (finding.type !== 'raised' && finding.type !== 'reranked') continue
      if (finding.assessment.suspect.fact === fleet.bad) return true
      if (finding.type === 'raised') wrongFirst = true
    }
    return false
  }
  for (let from = QUIET_SECONDS; from < end; from += STRETCH[cell.speed]) {
    const until = Math.min(end, from + STRETCH[cell.speed])
    const stretch = noise.between(from, until)
    for (; next < told.length && (told[next]?.at ?? 0) < ms(until); next++) {
      const one = told[next]
      if (one) stretch.push(one)
    }
    stretch.sort((a, b) => a.at - b.at)
    let second = from
    for (const observation of stretch) {
      for (; ms(second + TICK_SECONDS) <= observation.at; second += TICK_SECONDS)
        if (isNamed(detector.tick(ms(second + TICK_SECONDS)))) return { named: second + TICK_SECONDS, wrongFirst }
      if (isNamed(detector.observe(observation))) return { named: (observation.at - START) / 1_000, wrongFirst }
    }
    for (; second + TICK_SECONDS <= until; second += TICK_SECONDS)
      if (isNamed(detector.tick(ms(second + TICK_SECONDS)))) return { named: second + TICK_SECONDS, wrongFirst }
  }
  return { named: undefined, wrongFirst }
}
