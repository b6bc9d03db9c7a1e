import type { Db, Reader, Tx } from './store.ts'
import type { NewRow, Row } from './tables.ts'

export type SecondFactor = Row<'second_factor'>

export async function secondFactorsOf(db: Reader, user: number): Promise<SecondFactor[]> {
  return db.selectFrom('second_factor').selectAll().where('user_id', '=', user).orderBy('id').execute()
}

/** Everybody's of one kind. */
export async function allSecondFactors(db: Reader, kind: string): Promise<SecondFactor[]> {
  return db.selectFrom('second_factor').selectAll().where('kind', '=', kind).orderBy('id').execute()
}

/** Puts another text in place of what is kept of one, unless it was changed meanwhile. */
export async function rewriteSecondFactor(
  db: Db,
  { id, secret: before }: Pick<SecondFactor, 'id' | 'secret'>,
  secret: string,
): Promise<void> {
  await db.updateTable('second_factor').set({ secret }).where('id', '=', id).where('secret', '=', before).execute()
}

export async function insertSecondFactor(db: Db, factor: Omit<NewRow<'second_factor'>, 'id'>): Promise<void> {
  await db.insertInto('second_factor').values(factor).execute()
}

/** Writes down that it was used, with its new count. @returns false where another use was ahead: this one is a repeat */
export async function useSecondFactor(db: Db, id: number, counter: number, at: number): Promise<boolean> {
  const rows = await db
    .updateTable('second_factor')
    .set({ counter, last_used_at: at })
    .where('id', '=', id)
    .where('counter', '<', counter)
    .returning('id')
    .execute()
  return rows.length > 0
}

/** The same for one that has no count, as many passkeys. */
export async function touchSecondFactor(db: Db, id: number, at: number): Promise<void> {
  await db.updateTable('second_factor').set({ last_used_at: at }).where('id', '=', id).execute()
}

/** Uses a recovery code up. @param hash as it is kept. @returns whether there was one */
export async function takeRecoveryCode(db: Db, user: number, hash: string): Promise<boolean> {
  const rows = await db
    .deleteFrom('second_factor')
    .where('user_id', '=', user)
    .where('kind', '=', 'recovery')
    .where('secret', '=', hash)
    .returning('id')
    .execute()
  return rows.length > 0
}

/** @returns whether the person had it */
export async function deleteSecondFactor(db: Db, user: number, id: number): Promise<boolean> {
  const rows = await db
    .deleteFrom('second_factor')
    .where('user_id', '=', user)
    .where('id', '=', id)
    .returning('id')
    .execute()
  return rows.length > 0
}

export async function replaceRecoveryCodes(tx: Tx, user: number, hashes: readonly string[], at: number): Promise<void> {
  await tx.deleteFrom('second_factor').where('user_id', '=', user).where('kind', '=', 'recovery').execute()
  for (const secret of hashes)
    await insertSecondFactor(tx, {
      user_id: user,
      kind: 'recovery',
      name: '',
      secret,
      counter: 0,
      created_at: at,
      last_used_at: null,
    })
}

/** Of somebody who lost them. @returns how many there were */
export async function deleteSecondFactors(db: Db, user: number): Promise<number> {
  return (await db.deleteFrom('second_factor').where('user_id', '=', user).returning('id').execute()).length
}

/** How many each person has, without codes on paper. */
export async function factorCounts(db: Reader): Promise<Map<number, number>> {
  const rows = await db
    .selectFrom('second_factor')
    .select((e) => ['user_id', e.fn.countAll<number>().as('n')])
    .where('kind', '!=', 'recovery')
    .groupBy('user_id')
    .execute()
  return new Map(rows.map((row) => [row.user_id, Number(row.n)]))
}
