import { sql } from 'kysely'
import { type ChainPoint, ChainReader, linkHash } from '../model/audit-line.ts'
import type { Reader, Tx } from './store.ts'
import type { NewRow, Row } from './tables.ts'

export type AuditEntry = Row<'audit'>

/** Lines read in one go while the whole log is followed. */
const PER_READ = 1_000

/**
 * Appends a line, linked to the one before it. The row of the chain's end is held until the transaction is over, so that
 * lines get their numbers in the order of their links.
 */
export async function insertAudit(tx: Tx, entry: Omit<NewRow<'audit'>, 'id' | 'hash'>): Promise<void> {
  const end = await tx
    .updateTable('audit_chain')
    .set({ last_id: sql<number>`last_id + 1` })
    .returning(['last_id', 'last_hash'])
    .executeTakeFirstOrThrow()
  const line = {
    id: end.last_id,
    at: entry.at,
    actor: storable(entry.actor),
    action: entry.action,
    subject: storable(entry.subject),
    detail: storable(entry.detail),
  }
  const hash = linkHash(end.last_hash, line)
  await tx
    .insertInto('audit')
    .values({ ...line, hash })
    .execute()
  await tx.updateTable('audit_chain').set({ last_hash: hash }).execute()
}

/** What both databases give back as it was: a hash is over what will be read. */
function storable(text: string): string {
  return text.toWellFormed().replaceAll('\0', '')
}

/** Newest first, older than the id `before`. */
export async function listAudit(db: Reader, before: number | null, limit: number): Promise<AuditEntry[]> {
  let query = db.selectFrom('audit').selectAll().orderBy('id', 'desc').limit(limit)
  if (before !== null) query = query.where('id', '<', before)
  return query.execute()
}

/** Oldest first, after the id `after`. */
export async function auditAfter(db: Reader, after: number, limit = PER_READ): Promise<AuditEntry[]> {
  return db.selectFrom('audit').selectAll().where('id', '>', after).orderBy('id').limit(limit).execute()
}

export async function countAudit(db: Reader): Promise<number> {
  const row = await db
    .selectFrom('audit')
    .select((e) => e.fn.countAll<number>().as('n'))
    .executeTakeFirstOrThrow()
  return Number(row.n)
}

/** Lets the lines up to `last` go, whose time is over: what is left still says what it was linked to. */
export async function forgetAuditUntil(tx: Tx, last: ChainPoint): Promise<void> {
  await tx
    .updateTable('audit_chain')
    .set({ first_id: last.id + 1, before_hash: last.hash })
    .execute()
  await tx.deleteFrom('audit').where('id', '<=', last.id).execute()
}

export interface AuditVerdict {
  readonly lines: number
  /** The end of the chain: whoever has it written down elsewhere can tell whether the whole log was made anew. */
  readonly end: ChainPoint
  /** What is wrong, in a sentence; undefined where the chain is whole. */
  readonly broken: string | undefined
}

/**
 * Follows the whole log.
 * @param known a place of the chain that was written down elsewhere, which must be in it
 */
export async function verifyAudit(db: Reader, known?: ChainPoint): Promise<AuditVerdict> {
  // what is appended meanwhile is not looked at
  const chain = await db.selectFrom('audit_chain').selectAll().executeTakeFirstOrThrow()
  const reader = new ChainReader(chain.before_hash)
  const end = { id: chain.last_id, hash: chain.last_hash }
  const verdict = (broken?: string): AuditVerdict => ({ lines: reader.lines, end, broken })
  let met = known === undefined || (known.id === chain.first_id - 1 && known.hash === chain.before_hash)
  for (let after = chain.first_id - 1; ; ) {
    const lines = (await auditAfter(db, after)).filter((line) => line.id <= end.id)
    for (const line of lines) {
      if (!reader.follows(line)) return verdict(notFollowing(line.id))
      if (line.id === known?.id) met = line.hash === known.hash
    }
    const last = lines.at(-1)
    if (!last) break
    after = last.id
  }
  const last = reader.last ?? { id: chain.first_id - 1, hash: chain.before_hash }
  if (last.hash !== end.hash) return verdict(`The last lines, up to ${end.id}, are gone.`)
  const stray = await strayLine(db)
  if (stray !== undefined) return verdict(`Line ${stray} stands outside the chain: the collector did not write it.`)
  if (!met) return verdict(otherLog(known))
  return verdict()
}

/** A line before the chain's first or after its last, which lists and exports show all the same. */
async function strayLine(db: Reader): Promise<number | undefined> {
  const row = await db
    .selectFrom('audit')
    .innerJoin('audit_chain', (join) => join.onTrue())
    .select('audit.id')
    .where((e) => e.or([e('audit.id', '<', e.ref('first_id')), e('audit.id', '>', e.ref('last_id'))]))
    .orderBy('audit.id')
    .executeTakeFirst()
  return row?.id
}

/** What is said of a line that is not linked to the one before it. */
export function notFollowing(id: number): string {
  return `Line ${id} does not follow the line before it: one of them was changed, or a line between them is gone.`
}

/** What is said where the place that was written down elsewhere is not in the chain. */
export function otherLog(known: ChainPoint | undefined): string {
  return `Line ${known?.id ?? 0} is not there with the hash that you gave: this is another log, or it was made anew.`
}
