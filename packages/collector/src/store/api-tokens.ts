import type { Flag } from './schema.ts'
import type { Db, Reader } from './store.ts'
import type { NewRow, Row } from './tables.ts'

export type ApiToken = Row<'api_token'>

/** A token, and what its maker may now; null without one. */
export interface TokenWithMaker extends ApiToken {
  readonly makerRole: string | null
  readonly makerPlaces: string | null
  readonly makerDisabled: Flag | null
}

export async function listApiTokens(db: Reader): Promise<ApiToken[]> {
  return db.selectFrom('api_token').selectAll().where('revoked', '=', 0).orderBy('id', 'desc').execute()
}

export async function insertApiToken(db: Db, token: NewRow<'api_token'>): Promise<ApiToken> {
  return db.insertInto('api_token').values(token).returningAll().executeTakeFirstOrThrow()
}

export async function apiTokenByHash(db: Reader, hash: string): Promise<TokenWithMaker | undefined> {
  return withMakers(db).where('token_hash', '=', hash).executeTakeFirst()
}

/** Tokens that are not revoked, with their makers. */
export async function apiTokensWithMakers(db: Reader): Promise<TokenWithMaker[]> {
  return withMakers(db).where('revoked', '=', 0).execute()
}

function withMakers(db: Reader) {
  return db
    .selectFrom('api_token')
    .leftJoin('user', 'user.id', 'api_token.user_id')
    .selectAll('api_token')
    .select(['user.role as makerRole', 'user.places as makerPlaces', 'user.disabled as makerDisabled'])
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
