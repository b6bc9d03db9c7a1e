import type { PracticeRef } from '@pumphandle/shared/api'
import type { Reader } from '../store/index.ts'
import { allPractices, type PracticeEntry } from '../store/practice-book.ts'

export interface PracticesRead {
  /** Ids of practices that are new, or of which something is another now. */
  readonly changed: readonly number[]
  /** Those of them that lie in another region now. */
  readonly moved: readonly number[]
}

interface Known {
  readonly entry: PracticeEntry
  readonly ref: PracticeRef
}

/** What is asked of it by who only reads. */
export type PracticeReader = Pick<PracticeBook, 'all' | 'byCode' | 'byId' | 'refOf' | 'size'>

/**
 * Every practice, in memory: lists, tiles, rows and incidents name practices all the time, and they change a few times a
 * year. Read again when somebody says that they changed; the `practices-changed` of ../fleet/changes.ts follows.
 */
export class PracticeBook {
  readonly #db: Reader
  readonly #byId = new Map<number, Known>()
  readonly #byCode = new Map<string, PracticeEntry>()

  /** @param db that sees what was just written */
  constructor(db: Reader) {
    this.#db = db
  }

  /** Reads these practices, or all: 7,000 take about 20 ms. */
  async read(ids?: readonly number[]): Promise<PracticesRead> {
    const changed: number[] = []
    const moved: number[] = []
    for (const entry of await allPractices(this.#db, ids)) {
      const before = this.#byId.get(entry.id)?.entry
      if (before && isSame(before, entry)) continue
      changed.push(entry.id)
      if (before?.region_id !== entry.region_id) moved.push(entry.id)
      this.#byId.set(entry.id, { entry, ref: practiceRef(entry) })
      this.#byCode.set(entry.code, entry)
    }
    return { changed, moved }
  }

  get size(): number {
    return this.#byId.size
  }
  *all(): Iterable<PracticeEntry> {
    for (const { entry } of this.#byId.values()) yield entry
  }
  byId(id: number | null): PracticeEntry | undefined {
    return id === null ? undefined : this.#byId.get(id)?.entry
  }
  byCode(code: string): PracticeEntry | undefined {
    return this.#byCode.get(code)
  }
  refOf(id: number | null): PracticeRef | null {
    return id === null ? null : (this.#byId.get(id)?.ref ?? null)
  }
  /** Row of the region that a practice lies in, 0 where it is not known. */
  regionOf(id: number): number {
    return this.#byId.get(id)?.entry.region_id ?? 0
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

function isSame(before: PracticeEntry, now: PracticeEntry): boolean {
  return (Object.keys(now) as (keyof PracticeEntry)[]).every((column) => before[column] === now[column])
}
