import { parentPort, workerData } from 'node:worker_threads'
import SQLite from 'better-sqlite3'
import { openSqlite, type SqliteConnection } from './connection.ts'
import type { Answer, Request, ThreadData } from './messages.ts'
import { unpack } from './packed.ts'

// The thread of ./thread-driver.ts: one connection, one statement after the other.

const { file, role } = workerData as ThreadData
let connection: SqliteConnection | undefined

function say(answer: Answer): void {
  parentPort?.postMessage(answer)
}

function failure(error: unknown): Answer {
  const code = error instanceof SQLite.SqliteError ? error.code : undefined
  return { inTransaction: connection?.inTransaction ?? false, failed: { message: (error as Error).message, code } }
}

function run(db: SqliteConnection, sql: string, parameters: readonly unknown[]): Answer {
  const statement = db.prepare(sql)
  if (statement.reader) {
    const rows = statement.all(parameters)
    return { inTransaction: db.inTransaction, rows }
  }
  const { changes, lastInsertRowid } = statement.run(parameters)
  return { inTransaction: db.inTransaction, changes, insertId: lastInsertRowid }
}

try {
  connection = openSqlite(file, role)
  say({ inTransaction: false, rows: [] })
} catch (error) {
  say(failure(error))
}

parentPort?.on('message', (request: Request) => {
  if (request === undefined || !connection) {
    connection?.close()
    return parentPort?.close()
  }
  try {
    const { sql, parameters } = request
    say(run(connection, sql, 'text' in parameters ? unpack(parameters) : parameters))
  } catch (error) {
    say(failure(error))
  }
})
