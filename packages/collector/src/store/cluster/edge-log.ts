import type { Arrived } from '../../model/arrived.ts'
import type { Told } from '../../model/told.ts'
import type { Db, Tx } from '../db.ts'
import { appendToJournal, appendWithEvents, lastOfEdge } from './journal-rows.ts'

/**
 * The journal as one edge writes it, with its own numbers: they have no gaps, and come in the order of the commits, which
 * the database's own sequences do not.
 */
export class EdgeLog {
  #edge: number
  #last = 0
  #next = 0
  /** Whether the last transaction took effect is not known. */
  #isUnsure = false

  constructor(edge: number) {
    this.#edge = edge
  }

  get edge(): number {
    return this.#edge
  }

  /** The others gave this edge up; it begins anew under another number. */
  renew(edge: number): void {
    this.#edge = edge
    this.#last = 0
    this.#isUnsure = false
  }

  /** Call inside the transaction that stores what is told; nothing is written where nothing is told. */
  async append(tx: Tx, told: readonly Told[]): Promise<void> {
    if (told.length === 0) return
    if (this.#isUnsure) {
      this.#last = await lastOfEdge(tx, this.#edge)
      this.#isUnsure = false
    }
    this.#next = this.#last + 1
    await appendToJournal(tx, { edge: this.#edge, n: this.#next, told })
  }

  /**
   * The same along with events of which nothing else is stored, as one statement and transaction.
   * @returns the highest sequence number given; undefined where that cannot be, and nothing was done
   */
  async appendWithEvents(db: Db, arrived: readonly Arrived[], told: readonly Told[]): Promise<number | undefined> {
    if (this.#isUnsure) return undefined
    this.#next = this.#last + 1
    const seq = await appendWithEvents(db, arrived, { edge: this.#edge, n: this.#next, told })
    if (seq === undefined) this.#next = 0
    return seq
  }

  committed(): void {
    this.#last = Math.max(this.#last, this.#next)
  }

  failed(): void {
    this.#isUnsure = true
    this.#next = 0
  }
}
