import { DAY } from '@pumphandle/shared/time'
import * as z from 'zod'
import type { Store } from '../store/index.ts'
import { recentBugchecks } from '../store/verdicts.ts'
import {
  deleteVersionRecords,
  insertVersionChanges,
  readVersionRecords,
  writeVersionRecords,
} from '../store/versions.ts'
import type { VersionBook } from './book.ts'
import { StoredVersion } from './record.ts'

/** The row of the whole fleet. */
const FLEET = '*'
const StoredFleet = z.object({ exposedMs: z.number(), crashes: z.number() })
/** A machine that crashes again within this time is counted once. */
const CRASHES_MS = 14 * DAY

/** Begins to count, with what was stored. */
export async function openBook(book: VersionBook, store: Store, now: number): Promise<void> {
  const rows = await readVersionRecords<StoredVersion | z.infer<typeof StoredFleet>>(store.reader, (key) =>
    key === FLEET ? StoredFleet : StoredVersion,
  )
  const versions: { key: string; version: StoredVersion }[] = []
  let fleet = { exposedMs: 0, crashes: 0 }
  for (const { key, value } of rows)
    if ('crashes' in value) fleet = value
    else versions.push({ key, version: value })
  book.ledger.open(versions, fleet, await recentBugchecks(store.reader, now - CRASHES_MS), now)
}

/** Writes what has changed; what cannot be written is tried again with the next. @throws (rejects) what the store throws */
export async function writeBook(book: VersionBook, store: Store, now: number): Promise<void> {
  const writes = book.writes(now)
  if (!writes) return
  const rows = writes.records.map(({ key, version }) => ({ key, at: now, payload: JSON.stringify(version) }))
  if (writes.fleet) rows.push({ key: FLEET, at: now, payload: JSON.stringify(writes.fleet) })
  try {
    await store.transaction(async (tx) => {
      await writeVersionRecords(tx, rows)
      await deleteVersionRecords(tx, writes.gone)
      await insertVersionChanges(
        tx,
        writes.changes.map(({ from, to, ...change }) => ({ ...change, from_word: from, to_word: to })),
      )
    })
  } catch (error) {
    book.unwritten(writes)
    throw error
  }
}
