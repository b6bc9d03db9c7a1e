import { MINUTE } from '@pumphandle/shared/time'
import { sql } from 'kysely'
import type { Db } from '../store.ts'

/** How long one is remembered: longer than any edge takes it for fresh, whatever its clock says within minutes. */
const KEPT_MS = 10 * MINUTE

/**
 * Uses nonces up, for all edges.
 * @param now ms epoch
 * @returns those of them that nobody had used
 */
export async function useNonces(db: Db, nonces: readonly string[], now: number): Promise<ReadonlySet<string>> {
  const rows = await db
    .insertInto('used_nonce')
    // in one order, so that two edges with the same ones do not wait for each other
    .values(nonces.toSorted().map((nonce) => ({ nonce, until: now + KEPT_MS })))
    .onConflict((c) => c.column('nonce').doNothing())
    .returning('nonce')
    .execute()
  return new Set(rows.map(({ nonce }) => nonce))
}

/** Forgets those that no edge takes for fresh any more. */
export async function forgetNonces(db: Db, now: number): Promise<void> {
  await sql`
    delete from used_nonce
    where nonce in (select nonce from used_nonce where until <= ${now} for update skip locked)`.execute(db)
}
