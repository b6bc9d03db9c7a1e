import { PostgresDialect } from 'kysely'
import pg from 'pg'

/** Connections of one collector. Ingest uses one at a time; the rest serve pages. */
const POOL = 10

// int8 comes as text unless told otherwise; times and ids stay below 2^53
const types: pg.CustomTypesConfig = {
  getTypeParser: (oid, format) =>
    oid === pg.types.builtins.INT8 ? Number : pg.types.getTypeParser(oid, format as 'text'),
}

/**
 * @param url `postgres://user:password@host/database`
 * @param onError told of an idle connection that the server dropped; the pool opens another by itself
 */
export function postgresDialect(url: string, onError: (error: Error) => void): PostgresDialect {
  const pool = new pg.Pool({ connectionString: url, max: POOL, types })
  pool.on('error', onError)
  return new PostgresDialect({ pool })
}
