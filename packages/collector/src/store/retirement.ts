import { type SqlBool, sql } from 'kysely'
import { isPostgres } from './db.ts'
import { inParts } from './in-parts.ts'
import type { Practice } from './practices.ts'
import { placement } from './practices.ts'
import type { Db, Reader, Tx } from './store.ts'
import type { Row } from './tables.ts'

/** Rows of a machine's history that one transaction deletes. */
const ROWS_PER_STEP = 1_000

/** Those that were in the fleet until now. */
export async function retireMachines(
  db: Db,
  ids: readonly number[],
  given: { readonly at: number; readonly why: string; readonly successor: number | null },
): Promise<Row<'machine'>[]> {
  return inParts(ids, (part) =>
    db
      .updateTable('machine')
      .set({ retired_at: given.at, retired_why: given.why, successor_id: given.successor })
      .where('id', 'in', part)
      .where('retired_at', 'is', null)
      .returningAll()
      .execute(),
  )
}

/** Back into the fleet, by id or by what an agent says of itself. Those that were retired. */
export async function returnMachines(
  db: Db,
  whom: { readonly ids: readonly number[] } | { readonly uid: string },
): Promise<Row<'machine'>[]> {
  const back = db
    .updateTable('machine')
    .set({ retired_at: null, retired_why: null, successor_id: null })
    .where('retired_at', 'is not', null)
    .returningAll()
  if ('uid' in whom) return back.where('uid', '=', whom.uid).execute()
  return inParts(whom.ids, (part) => back.where('id', 'in', part).execute())
}

/**
 * Retired machines, those that were retired last first.
 * @param words each stands in a machine's name, its practice's code or its reason, whatever its case
 */
export async function retiredMachines(
  db: Reader,
  { words, limit }: { readonly words: readonly string[]; readonly limit?: number },
): Promise<{ rows: Row<'machine'>[]; total: number }> {
  let found = db
    .selectFrom('machine')
    .leftJoin('practice', 'practice.id', 'machine.practice_id')
    .where('retired_at', 'is not', null)
  for (const word of words) {
    const like = `%${word.toLowerCase().replaceAll(/[\\%_]/g, '\\$&')}%`
    const has = (column: 'machine.name' | 'practice.code' | 'retired_why') =>
      sql<SqlBool>`lower(${sql.ref(column)}) like ${like} escape '\\'`
    found = found.where((e) => e.or([has('machine.name'), has('practice.code'), has('retired_why')]))
  }
  const latest = found.selectAll('machine').orderBy('retired_at', 'desc').orderBy('machine.id', 'desc')
  const rows = await (limit === undefined ? latest : latest.limit(limit)).execute()
  const { n } = await found.select((e) => e.fn.countAll<number>().as('n')).executeTakeFirstOrThrow()
  return { rows, total: Number(n) }
}

/** Those of some machines, by what agents call themselves, that are retired. */
export async function retiredByUids(db: Reader, uids: readonly string[]): Promise<Row<'machine'>[]> {
  return inParts(uids, (part) =>
    db.selectFrom('machine').selectAll().where('uid', 'in', part).where('retired_at', 'is not', null).execute(),
  )
}

/** Numbers of machines by what agents call themselves, retired or not. */
export async function idsByUids(db: Reader, uids: readonly string[]): Promise<number[]> {
  const rows = await inParts(uids, (part) => db.selectFrom('machine').select('id').where('uid', 'in', part).execute())
  return rows.map((row) => row.id)
}

/**
 * Those that a machine that was enrolled anew stands in for: of its name in its practice, of the same computer, or of its
 * board, where one other alone has that: makers gave whole series one number.
 */
export async function namesakes(db: Reader, of: Row<'machine'>): Promise<number[]> {
  const byName = db
    .selectFrom('machine')
    .select('id')
    .where('name', '=', of.name)
    .where('id', '!=', of.id)
    .where('retired_at', 'is', null)
    .where('practice_id', of.practice_id === null ? 'is' : '=', of.practice_id)
  const byComputer = db
    .selectFrom('machine_identity as own')
    .innerJoin('machine_identity as other', 'other.fingerprint', 'own.fingerprint')
    .innerJoin('machine', 'machine.id', 'other.machine_id')
    .select('machine.id')
    .where('own.machine_id', '=', of.id)
    .where('other.machine_id', '!=', of.id)
    .where('retired_at', 'is', null)
  const byBoard = db
    .selectFrom('machine_identity as own')
    .innerJoin('machine_identity as other', 'other.hardware', 'own.hardware')
    .innerJoin('machine', 'machine.id', 'other.machine_id')
    .select((eb) => eb.fn.min<number>('other.machine_id').as('id'))
    .where('own.machine_id', '=', of.id)
    .where('other.machine_id', '!=', of.id)
    .where('retired_at', 'is', null)
    .having((eb) => eb.fn.countAll(), '=', 1)
  return (await byName.union(byComputer).union(byBoard).execute()).map((row) => row.id)
}

export async function moveMachines(db: Db, ids: readonly number[], to: Practice): Promise<Row<'machine'>[]> {
  return inParts(ids, (part) =>
    db.updateTable('machine').set(placement(to)).where('id', 'in', part).returningAll().execute(),
  )
}

/** Tables with rows of one machine. The machine itself goes last. */
const HISTORY = [
  'event',
  'crash',
  'machine_transition',
  'machine_component',
  'exposure',
  'incident_machine',
  'recovery_mark',
  'machine_detail',
  'identity_note',
  'tag',
  'machine_identity',
] as const

/** Deletes a retired machine with its history, in steps between which others write. */
export async function deleteMachine(
  transaction: <T>(run: (tx: Tx) => Promise<T>) => Promise<T>,
  id: number,
): Promise<void> {
  for (;;) {
    const deleted = await transaction(async (tx) => {
      const seqs = await tx
        .selectFrom('event')
        .select('seq')
        .where('machine_id', '=', id)
        .limit(ROWS_PER_STEP)
        .execute()
      if (seqs.length > 0)
        await tx
          .deleteFrom('event')
          .where(
            'seq',
            'in',
            seqs.map((row) => row.seq),
          )
          .execute()
      return seqs.length
    })
    if (deleted === 0) break
  }
  await transaction(async (tx) => {
    if (isPostgres(tx)) await tx.deleteFrom('event_known').where('machine_id', '=', id).execute()
    for (const table of HISTORY) await tx.deleteFrom(table).where('machine_id', '=', id).execute()
    await tx.deleteFrom('machine').where('id', '=', id).where('retired_at', 'is not', null).execute()
  })
}
