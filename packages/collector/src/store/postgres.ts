import { CompiledQuery, PostgresDialect } from 'kysely'
import pg from 'pg'

/** Connections of one collector. Ingest uses one at a time; the rest serve pages. */
export const POOL = 10
/** Deadlock and serialization failure, https://www.postgresql.org/docs/current/errcodes-appendix.html: try again. */
const TRY_AGAIN = new Set(['40P01', '40001'])

/** Whether a transaction failed only because another one was in its way. */
export function isCollision(error: unknown): boolean {
  return error instanceof pg.DatabaseError && TRY_AGAIN.has(error.code ?? '')
}

// int8 comes as text unless told otherwise; times and ids stay below 2^53
const types: pg.CustomTypesConfig = {
  getTypeParser: (oid, format) =>
    oid === pg.types.builtins.INT8 ? Number : pg.types.getTypeParser(oid, format as 'text'),
}

/**
 * @param url `postgres://user:password@host/database`
 * @param connections at once
 * @param onError told of an idle connection that the server dropped; the pool opens another by itself
 */
export function postgresDialect(url: string, connections: number, onError: (error: Error) => void): PostgresDialect {
  const pool = new pg.Pool({ connectionString: url, max: connections, types })
  pool.on('error', onError)
  return new PostgresDialect({
    pool,
    // what an ack promises, whatever the server's default is
    onCreateConnection: async (connection) => {
      await connection.executeQuery(CompiledQuery.raw('set synchronous_commit = on'))
    },
  })
}
