import type { PracticeRef } from '@pumphandle/shared/api'
import type { Clock } from '@pumphandle/shared/clock'
import type { Store } from '../store/index.ts'
import { allPractices, type PracticeEntry } from '../store/practice-book.ts'

/** A practice that enrolment made is known here after this long at the latest; reading 7,000 takes about 20 ms. */
const REREAD_MS = 10_000

/** Every practice, in memory: lists, tiles and rows name practices all the time, and they change a few times a year. */
export class PracticeBook {
  readonly #store: Store
  readonly #clock: Clock
  #byId = new Map<number, PracticeEntry>()
  #byCode = new Map<string, PracticeEntry>()
  #readAt = Number.NEGATIVE_INFINITY

  constructor(store: Store, clock: Clock) {
    this.#store = store
    this.#clock = clock
  }

  /** Reads again. Call after a change; others are seen by `refresh`. */
  async read(): Promise<void> {
    const all = await allPractices(this.#store.db)
    this.#byId = new Map(all.map((practice) => [practice.id, practice]))
    this.#byCode = new Map(all.map((practice) => [practice.code, practice]))
    this.#readAt = this.#clock.now()
  }

  /** Reads again when the last time is long enough ago. */
  async refresh(): Promise<void> {
    if (this.#clock.now() - this.#readAt >= REREAD_MS) await this.read()
  }

  get size(): number {
    return this.#byId.size
  }
  all(): Iterable<PracticeEntry> {
    return this.#byId.values()
  }
  byId(id: number | null): PracticeEntry | undefined {
    return id === null ? undefined : this.#byId.get(id)
  }
  byCode(code: string): PracticeEntry | undefined {
    return this.#byCode.get(code)
  }
  refOf(id: number | null): PracticeRef | null {
    const practice = this.byId(id)
    return practice ? practiceRef(practice) : null
  }
}

export function practiceRef(practice: PracticeEntry): PracticeRef {
  return {
    code: practice.code,
    name: practice.name,
    region: practice.regionName ?? practice.regionCode,
    pcn: practice.pcnName ?? practice.pcnCode,
  }
}
