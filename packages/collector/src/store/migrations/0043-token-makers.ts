import type { Kysely } from 'kysely'
import { sql } from 'kysely'

/**
 * Whose each API token is: it never may more than that person may now. Tokens whose maker cannot be told by name any more
 * end, but for those that were made on the collector's own console.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema.alterTable('api_token').addColumn('user_id', 'bigint').execute()
  await sql`UPDATE api_token SET user_id = (SELECT min(u.id) FROM "user" u WHERE u.name = api_token.created_by)
    WHERE (SELECT count(*) FROM "user" u WHERE u.name = api_token.created_by) = 1`.execute(db)
  await sql`UPDATE api_token SET revoked = 1 WHERE user_id IS NULL AND created_by <> 'console'`.execute(db)
}
