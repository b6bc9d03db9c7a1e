import { Baselines } from '../../src/detect/counts/baselines.ts'
import { Counts } from '../../src/detect/counts/counts.ts'
import { Evidence } from '../../src/detect/counts/evidence.ts'
import { Marks } from '../../src/detect/counts/marks.ts'
import { Neighbours } from '../../src/detect/counts/neighbours.ts'
import { type Ledger, Scales } from '../../src/detect/counts/scales.ts'
import { Strata } from '../../src/detect/counts/strata.ts'
import { Fleet } from '../../src/detect/fleet/fleet.ts'
import { Decay, MEMORIES } from '../../src/detect/numbers/memory.ts'
import { type ClassId, CRASH } from '../../src/detect/words/classes.ts'
import { FactRegistry } from '../../src/detect/words/facts.ts'
import type { FailureRecord, Vote } from '../../src/detect/words/failure.ts'
import { type FactId, ids } from '../../src/detect/words/ids.ts'
import { machineId, regionId, siteId } from './ids.ts'

/** Friday 19 July 2024, 04:00 UTC, seconds epoch: where the parts' tests begin. */
export const NOW = Date.UTC(2024, 6, 19, 4) / 1000
export const MINUTE = 60
export const HOUR = 3600
export const DAY = 86_400

/** A vote that weighs the same under every memory. */
const vote = (weight = 1): Vote => ({
  weights: MEMORIES.map(() => weight),
  machineBefore: 0,
  siteBefore: 0,
  effectBefore: MEMORIES.map(() => 0),
})

export interface Told extends Partial<Omit<FailureRecord, 'facts' | 'ages' | 'former' | 'machine' | 'site'>> {
  readonly machine?: number
  /** Its own number where none is said: each machine alone in its practice. */
  readonly site?: number
  /** The machine's facts, each with its age in seconds. */
  readonly has?: readonly (readonly [FactId, number])[]
  readonly had?: readonly FactId[]
  readonly weight?: number
}

/** A crash of one machine, known as it happened, unless something else is said. */
export function failure(told: Told = {}): FailureRecord {
  const { machine = 1, has = [], had = [], weight = 1, site = machine, ...rest } = told
  const classes: readonly ClassId[] = rest.classes ?? [CRASH]
  return {
    region: regionId(0),
    failedAt: NOW,
    knownAt: rest.failedAt ?? NOW,
    classes,
    votes: classes.map(() => vote(weight)),
    mark: null,
    crashKind: null,
    stopCode: null,
    culprit: null,
    beside: [],
    previousCrash: 0,
    state: 'counted',
    backAt: 0,
    incident: 0,
    ...rest,
    machine: machineId(machine),
    site: siteId(site),
    facts: ids(has.map(([fact]) => fact)),
    ages: Float32Array.from(has, ([, age]) => age),
    former: ids(had),
    formerAges: Float32Array.from(had, () => 60),
  }
}

/** The detector's parts up to its scales, with nothing in them. */
export class Parts {
  readonly facts = new FactRegistry()
  readonly decay = new Decay()
  readonly baselines = new Baselines(this.facts)
  readonly fleet = new Fleet(this.decay, this.baselines)
  readonly counts = new Counts(this.decay, this.fleet.exposure.slots)
  readonly marks = new Marks(this.decay)
  readonly evidence = new Evidence()
  readonly mornings = new Strata()
  readonly neighbours = new Neighbours()
  readonly ledger: Ledger
  readonly scales: Scales

  constructor(now = NOW) {
    const { facts, counts, marks, baselines, mornings, neighbours } = this
    const { exposure, units } = this.fleet
    this.ledger = { facts, exposure, units, counts, marks, baselines, mornings, neighbours }
    this.scales = new Scales(this.ledger)
    this.decay.advance(now)
    this.fleet.step(now, () => {})
  }

  /** Machines 0 to `count` − 1, enrolled and connected, so many to a practice, four practices to a region. */
  enrol(count: number, perPractice = 1): void {
    for (let m = 0; m < count; m++) {
      const site = Math.floor(m / perPractice)
      this.fleet.place(machineId(m), siteId(site), regionId(Math.floor(site / 4)))
      this.fleet.connect(machineId(m))
    }
  }

  /** These machines have the version since `arrived`, seconds epoch; 0 for before we looked. */
  give(key: string, machines: Iterable<number>, arrived = 0, now = NOW): FactId {
    const fact = this.facts.intern(key)
    for (const machine of machines) this.fleet.gain(machineId(machine), fact, arrived, now)
    this.counts.reserve()
    return fact
  }

  /** A failure that counts everywhere. */
  fail(told: Told): FailureRecord {
    const record = failure(told)
    this.count(record, NOW, 1)
    this.evidence.add(record)
    return record
  }

  readonly count = (record: FailureRecord, _now: number, sign: 1 | -1): void => {
    this.counts.add(record, sign)
    this.marks.add(record, sign)
    this.baselines.learnFailure(record, sign)
  }
}

export const range = (from: number, to: number): number[] => Array.from({ length: to - from }, (_, i) => from + i)
