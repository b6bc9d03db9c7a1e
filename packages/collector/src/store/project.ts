import type { Arrived } from './append.ts'
import type { Db } from './store.ts'

/** Derives the rows that lists and queries read from events, in the transaction that appended them. */
export async function project(db: Db, events: readonly Arrived[]): Promise<void> {
  void db
  void events
}
