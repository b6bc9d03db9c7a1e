import type { Db, Reader } from './store.ts'
import type { NewRow, Row } from './tables.ts'

export type ApiToken = Row<'api_token'>

export async function listApiTokens(db: Reader): Promise<ApiToken[]> {
  return db.selectFrom('api_token').selectAll().where('revoked', '=', 0).orderBy('id', 'desc').execute()
}

export async function insertApiToken(db: Db, token: NewRow<'api_token'>): Promise<ApiToken> {
  return db.insertInto('api_token').values(token).returningAll().executeTakeFirstOrThrow()
}

export async function apiTokenByHash(db: Reader, hash: string): Promise<ApiToken | undefined> {
  return db.selectFrom('api_token').selectAll().where('token_hash', '=', hash).executeTakeFirst()
}

export async function touchApiToken(db: Db, id: number, at: number): Promise<void> {
  await db.updateTable('api_token').set({ last_used_at: at }).where('id', '=', id).execute()
}

/** @returns whether there was such a token. */
export async function revokeApiToken(db: Db, id: number): Promise<boolean> {
  const rows = await db
    .updateTable('api_token')
    .set({ revoked: 1 })
    .where('id', '=', id)
    .where('revoked', '=', 0)
    .returning('id')
    .execute()
  return rows.length > 0
}
