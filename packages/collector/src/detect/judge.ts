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

/** Tests every fact of a machine that failed, and raises the strongest that passes. Seconds epoch. */
export class Judge {
  readonly #ledger: Ledger
  readonly #scales: Scales
  readonly #evidence: Evidence
  readonly #casebook: Casebook
  readonly #alpha: number
  #fresh = 0

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

  /** Judges a failure that was counted. */
  judge(record: FailureRecord, now: number): void {
    for (const cls of record.classes) if (record.state === 'counted') this.#judgeClass(record, cls, null, now)
    if (record.mark !== null && record.state === 'counted') this.#judgeClass(record, MARK, record.mark, now)
  }

  #judgeClass(record: FailureRecord, cls: number, mark: string | null, now: number): void {
    const { slots } = this.#ledger.exposure
    const numbers = { fresh: this.#fresh, all: slots.active }
    let best: Test | null = null
    for (const fact of [...record.facts, ...record.former]) {
      const slot = slots.find(fact)
      if (slot < 0) continue
      const test = strongest(this.#scales, fact, cls, mark, {
        alpha: this.#alpha,
        isNew: this.#isNew(slot, now),
        facts: numbers,
      })
      if (test && (best === null || margin(test) > margin(best))) best = test
    }
    if (best === null || margin(best) < 0) return
    const from = now - Math.max(LEAST_LOOK_BACK, LOOK_BACK * (MEMORIES[best.j] ?? 0))
    const { fact, window } = best
    const records = this.#evidence.of(cls, mark, from).filter((r) => r.state === 'counted' && hadFact(r, fact, window))
    if (isSpread(cls, records)) this.#casebook.raise(best, mark, records, now)
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
