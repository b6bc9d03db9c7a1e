import type { PracticeRef } from '@pumphandle/shared/api'
import type { PracticeReader } from '../practices/book.ts'
import type { PracticeEntry } from '../store/practice-book.ts'
import type { Sites } from './sites.ts'

/** The practices of some places. */
export class BookWithin implements PracticeReader {
  readonly #book: PracticeReader
  readonly #sites: Sites

  constructor(book: PracticeReader, sites: Sites) {
    this.#book = book
    this.#sites = sites
  }

  get size(): number {
    return this.#sites.ids.size
  }
  *all(): Iterable<PracticeEntry> {
    for (const id of this.#sites.ids) {
      const entry = this.#book.byId(id)
      if (entry) yield entry
    }
  }
  byId(id: number | null): PracticeEntry | undefined {
    return id !== null && this.#sites.has(id) ? this.#book.byId(id) : undefined
  }
  byCode(code: string): PracticeEntry | undefined {
    const entry = this.#book.byCode(code)
    return entry && this.byId(entry.id)
  }
  refOf(id: number | null): PracticeRef | null {
    return id !== null && this.#sites.has(id) ? this.#book.refOf(id) : null
  }
}
