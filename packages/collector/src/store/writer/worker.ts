import { parentPort, workerData } from 'node:worker_threads'
import SQLite from 'better-sqlite3'
import { openSqlite, type SqliteConnection } from './connection.ts'
import type { Answer, Failure, Outcome, Request, ThreadData } from './messages.ts'
import { unpack } from './packed.ts'

// The thread of ./thread-driver.ts: one connection, one request after the other.

const { file, role } = workerData as ThreadData
let connection: SqliteConnection | undefined
/** Why the transaction that is told to go on is none any more. */
let broken: Failure | undefined

function say(answer: Answer): void {
  parentPort?.postMessage(answer)
}

function failure(error: unknown): Failure {
  const code = error instanceof SQLite.SqliteError ? error.code : undefined
  return { failed: { message: (error as Error).message, code } }
}

function run(db: SqliteConnection, sql: string, values: readonly unknown[]): Outcome {
  const statement = db.prepare(sql)
  if (statement.reader) return { rows: statement.all(values) }
  const { changes, lastInsertRowid } = statement.run(values)
  return { changes, insertId: lastInsertRowid }
}

function takeBack(db: SqliteConnection): void {
  try {
    db.prepare('rollback').run()
  } catch {
    // SQLite has done it by itself; what is told is why
  }
}

function answer(db: SqliteConnection, { statements, values, transaction }: NonNullable<Request>): Answer {
  try {
    if (transaction === 'begins' || transaction === 'whole') {
      broken = undefined
      db.prepare('begin').run()
    } else if (transaction === 'goes on' && !db.inTransaction)
      // a full disk takes a transaction back by itself: what comes after must not be written alone
      return broken ?? { failed: { message: 'The transaction is over.', code: undefined } }
    const given = 'text' in values ? unpack(values) : values
    let at = 0
    const outcomes = statements.map(({ sql, values: n }) => run(db, sql, given.slice(at, (at += n))))
    if (transaction === 'whole') db.prepare('commit').run()
    return { outcomes }
  } catch (error) {
    broken = failure(error)
    if (transaction === 'whole' && db.inTransaction) takeBack(db)
    return broken
  }
}

try {
  connection = openSqlite(file, role, { waitsForOthers: true })
  say({ outcomes: [] })
} catch (error) {
  say(failure(error))
}

parentPort?.on('message', (request: Request) => {
  if (request !== undefined && connection) return say(answer(connection, request))
  connection?.close()
  parentPort?.close()
})
