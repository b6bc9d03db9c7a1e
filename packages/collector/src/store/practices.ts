import type { Db, Reader } from './store.ts'
import type { Row } from './tables.ts'

/** A practice as machines need it. */
export type Practice = Pick<Row<'practice'>, 'id' | 'code' | 'name' | 'region_id'>

const COLUMNS = ['id', 'code', 'name', 'region_id'] as const

/** What is not known of a practice that comes into being. */
export const NOTHING_ELSE_KNOWN = {
  pcn_id: null,
  region_id: null,
  merged_into: null,
  opening_hours: null,
  contacts: null,
  address: null,
} as const

async function practiceByCode(db: Reader, code: string): Promise<Practice | undefined> {
  return db.selectFrom('practice').select(COLUMNS).where('code', '=', code).executeTakeFirst()
}

export async function practiceById(db: Reader, id: number): Promise<Practice | undefined> {
  return db.selectFrom('practice').select(COLUMNS).where('id', '=', id).executeTakeFirst()
}

/** The practice with this code; one that nobody has imported yet is made, with its code as name. */
export async function ensurePractice(db: Db, code: string): Promise<Practice> {
  const known = await practiceByCode(db, code)
  if (known) return known
  await db
    .insertInto('practice')
    .values({ ...NOTHING_ELSE_KNOWN, code, name: code, status: 'open' })
    .onConflict((c) => c.column('code').doNothing())
    .execute()
  return db.selectFrom('practice').select(COLUMNS).where('code', '=', code).executeTakeFirstOrThrow()
}

/** What `machine` repeats of its practice. */
export function placement(practice: Practice | undefined) {
  return {
    practice_id: practice?.id ?? null,
    region_id: practice?.region_id ?? null,
  }
}
