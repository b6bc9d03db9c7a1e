import SQLite from 'better-sqlite3'
import { type Dialect, SqliteDialect } from 'kysely'
import { watchedDialect } from './watched-dialect.ts'
import { openSqlite, type SqliteConnection, type SqliteRole } from './writer/connection.ts'
import { ThreadDriver } from './writer/thread-driver.ts'

/**
 * The dialect of a connection to a SQLite file.
 * @param failed told of each statement that failed
 * @param options.ownThread it waits for the disk in a thread of its own, see ./writer
 * @throws SqliteError when the file cannot be opened or is no database.
 */
export function sqliteDialect(
  file: string,
  role: SqliteRole,
  failed: (error: unknown) => void,
  { ownThread = false } = {},
): Dialect {
  if (ownThread) {
    const plain = new SqliteDialect({ database: () => Promise.reject(new Error('The connection is in a thread.')) })
    const dialect: Dialect = {
      createDriver: () => new ThreadDriver(file, role),
      createQueryCompiler: () => plain.createQueryCompiler(),
      createAdapter: () => plain.createAdapter(),
      createIntrospector: (db) => plain.createIntrospector(db),
    }
    return watchedDialect(dialect, { failed })
  }
  let connection: SqliteConnection | undefined
  const dialect = new SqliteDialect({ database: async () => (connection = openSqlite(file, role)) })
  return watchedDialect(dialect, { failed, isBusy: (error) => isBusy(error) && connection?.inTransaction !== true })
}

function isBusy(error: unknown): boolean {
  return error instanceof SQLite.SqliteError && error.code.startsWith('SQLITE_BUSY')
}
