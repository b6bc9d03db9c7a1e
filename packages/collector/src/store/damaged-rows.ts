import { channel } from 'node:diagnostics_channel'

/** A row of the database, as an admin finds it. */
export interface RowRef {
  readonly table: string
  readonly id: string | number
}

/** Rows whose JSON nobody can read, told where they are read: far below those who count them. */
export const damagedRows = channel('pumphandle:damaged-row')

/** Rows that are told apart: a page that is asked again meets the same ones. Past them nothing is counted or logged. */
const MOST = 10_000

/** Counts damaged rows, each once, from its making until it is closed. */
export class DamagedRows {
  readonly #known = new Set<string>()
  readonly #onFirst: (row: RowRef) => void

  /** @param onFirst called once for each row */
  constructor(onFirst: (row: RowRef) => void) {
    this.#onFirst = onFirst
    damagedRows.subscribe(this.#take)
  }

  get count(): number {
    return this.#known.size
  }

  /** The first one that was met, such as `event 17`. */
  get first(): string | undefined {
    return this.#known.values().next().value
  }

  close(): void {
    damagedRows.unsubscribe(this.#take)
  }

  readonly #take = (told: unknown): void => {
    const row = told as RowRef
    const key = `${row.table} ${row.id}`
    if (this.#known.has(key) || this.#known.size >= MOST) return
    this.#known.add(key)
    this.#onFirst(row)
  }
}
