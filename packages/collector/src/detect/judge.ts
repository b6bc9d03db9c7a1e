import type { Casebook } from './casebook.ts'
import { MARK, rule, SITE } from './classes.ts'
import type { Evidence } from './evidence.ts'
import { type FailureRecord, hadFact } from './failure.ts'
import { MEMORIES } from './memory.ts'
import type { Ledger, Scales } from './scales.ts'
import { strongest, type Test } from './strength.ts'
import { NEW_SECONDS } from './threshold.ts'

/** Evidence for a raised test goes back this many memories, and at least ten minutes. */
const LOOK_BACK = 2.5
const LEAST_LOOK_BACK = 600

/** Practices that go dark within this many seconds of one another, if they are most of them, share a network. */
const TOGETHER_SECONDS = 20
const TOGETHER_LEAST = 3
const TOGETHER_SHARE = 0.4

/** Incidents that one class can raise in one sitting, and facts that are looked at closely for one. */
const MAX_RAISED = 4
const MAX_TRIED = 8

/** Tests every fact of a machine that failed, and raises the strongest that passes. Seconds epoch. */
export class Judge {
  readonly #ledger: Ledger
  readonly #scales: Scales
  readonly #evidence: Evidence
  readonly #casebook: Casebook
  readonly #alpha: number
  #fresh = 0
  #waiting: FailureRecord[] = []

  constructor(parts: { ledger: Ledger; scales: Scales; evidence: Evidence; casebook: Casebook; alpha: number }) {
    this.#ledger = parts.ledger
    this.#scales = parts.scales
    this.#evidence = parts.evidence
    this.#casebook = parts.casebook
    this.#alpha = parts.alpha
  }

  /** Counts the facts that are new to the fleet, among which their part of the budget is shared. Once a minute is enough. */
  countFresh(now: number): void {
    const { slots } = this.#ledger.exposure
    let fresh = 0
    for (let slot = 0; slot < slots.length; slot++) if (slots.factOf(slot) >= 0 && this.#isNew(slot, now)) fresh++
    this.#fresh = fresh
  }

  /** A failure was counted, and waits for the next sitting. */
  await(record: FailureRecord): void {
    this.#waiting.push(record)
  }

  /** The failures that wait are counted, and nothing more comes of them. */
  adjourn(): void {
    this.#waiting = []
  }

  /**
   * Judges the failures that wait, class by class: each fact once, however many machines failed. So a sitting costs the
   * number of facts involved, and not that of machines.
   */
  sit(now: number): void {
    const waiting = this.#waiting
    if (waiting.length === 0) return
    this.#waiting = []
    const classes = [...new Set(waiting.flatMap((r) => r.classes))]
    for (const cls of classes.toSorted((a, b) => a - b)) {
      this.#judgeClass(
        cls,
        null,
        waiting.filter((r) => r.classes.includes(cls)),
        now,
      )
    }
    const marks = Map.groupBy(waiting, (r) => r.mark)
    for (const [mark, records] of marks) if (mark !== null) this.#judgeClass(MARK, mark, records, now)
  }

  #judgeClass(cls: number, mark: string | null, records: readonly FailureRecord[], now: number): void {
    for (let raised = 0; raised < MAX_RAISED; raised++) {
      const counted = records.filter((r) => r.state === 'counted')
      if (counted.length === 0) return
      const facts = new Set(counted.flatMap((r) => [...r.facts, ...r.former]))
      const tests = [...facts].flatMap((fact) => this.#test(fact, cls, mark, now) ?? [])
      const passed = tests.filter((t) => margin(t) >= 0).toSorted((a, b) => margin(b) - margin(a) || a.fact - b.fact)
      if (!passed.slice(0, MAX_TRIED).some((test) => this.#raise(test, mark, now))) return
    }
  }

  #test(fact: number, cls: number, mark: string | null, now: number): Test | null {
    const { slots } = this.#ledger.exposure
    const slot = slots.find(fact)
    if (slot < 0) return null
    const facts = { fresh: this.#fresh, all: slots.active }
    return strongest(this.#scales, fact, cls, mark, { alpha: this.#alpha, isNew: this.#isNew(slot, now), facts })
  }

  #raise(test: Test, mark: string | null, now: number): boolean {
    const { fact, cls, window, j } = test
    const from = now - Math.max(LEAST_LOOK_BACK, LOOK_BACK * (MEMORIES[j] ?? 0))
    const records = this.#evidence.of(cls, mark, from).filter((r) => r.state === 'counted' && hadFact(r, fact, window))
    return isSpread(cls, records) && this.#casebook.raise(test, mark, records, now)
  }

  #isNew(slot: number, now: number): boolean {
    return now - this.#ledger.exposure.born(slot) < NEW_SECONDS
  }
}

function margin(test: Test): number {
  return test.logThreshold - test.logP
}

/** Whether the failures are spread over practices, and for silence over regions and moments. */
function isSpread(cls: number, records: readonly FailureRecord[]): boolean {
  const { practices, regions } = rule(cls)
  const sites = new Map<number, number>()
  for (const r of records) sites.set(r.site, r.failedAt)
  if (sites.size < practices || new Set(records.map((r) => r.region)).size < regions) return false
  return cls !== SITE || !wentTogether([...sites.values()])
}

function wentTogether(times: readonly number[]): boolean {
  const sorted = times.toSorted((a, b) => a - b)
  let most = 0
  for (let i = 0, k = 0; i < sorted.length; i++) {
    while ((sorted[i] ?? 0) - (sorted[k] ?? 0) > TOGETHER_SECONDS) k++
    most = Math.max(most, i - k + 1)
  }
  return most > Math.max(TOGETHER_LEAST, TOGETHER_SHARE * sorted.length)
}
