import { Worker } from 'node:worker_threads'
import SQLite from 'better-sqlite3'
import { CompiledQuery, type DatabaseConnection, type Driver, type QueryResult } from 'kysely'
import type { SqliteRole } from './connection.ts'
import type { Answer, Failure, Outcome, Request, ThreadData } from './messages.ts'
import { pack } from './packed.ts'

/** Values of a statement from which on packing them is cheaper. */
const PACK_FROM = 50

/**
 * A connection to a SQLite file in a thread of its own. A commit waits for the disk, and on a slow one for seconds:
 * meanwhile sockets, pages and probes are answered. A thread that failed is replaced by the next who wants the connection;
 * what it had not committed is rolled back by the file's next opening.
 */
export class ThreadDriver implements Driver {
  readonly #data: ThreadData
  #thread: ConnectionThread | undefined

  constructor(file: string, role: SqliteRole) {
    this.#data = { file, role }
  }

  /** Whether the last statement left a transaction open. */
  get inTransaction(): boolean {
    return this.#thread?.inTransaction ?? false
  }

  async init(): Promise<void> {
    this.#thread = await ConnectionThread.open(this.#data)
  }

  async acquireConnection(): Promise<DatabaseConnection> {
    if (!this.#thread || this.#thread.hasEnded) this.#thread = await ConnectionThread.open(this.#data)
    return this.#thread
  }

  async beginTransaction(connection: DatabaseConnection): Promise<void> {
    await connection.executeQuery(CompiledQuery.raw('begin'))
  }
  async commitTransaction(connection: DatabaseConnection): Promise<void> {
    await connection.executeQuery(CompiledQuery.raw('commit'))
  }
  async rollbackTransaction(connection: DatabaseConnection): Promise<void> {
    await connection.executeQuery(CompiledQuery.raw('rollback'))
  }
  async releaseConnection(): Promise<void> {}

  async destroy(): Promise<void> {
    await this.#thread?.close()
  }
}

class ConnectionThread implements DatabaseConnection {
  readonly #worker: Worker
  readonly #waiting: PromiseWithResolvers<Outcome>[] = []
  readonly #ended: Promise<void>
  #failure: unknown
  hasEnded = false
  inTransaction = false

  static async open(data: ThreadData): Promise<ConnectionThread> {
    const thread = new ConnectionThread(data)
    try {
      await thread.#answer()
      return thread
    } catch (error) {
      await thread.close()
      throw error
    }
  }

  private constructor(workerData: ThreadData) {
    this.#worker = new Worker(new URL('./worker.ts', import.meta.url), { workerData })
    this.#worker.on('message', (answer: Answer) => {
      this.inTransaction = answer.inTransaction
      const waiting = this.#waiting.shift()
      if (this.#waiting.length === 0) this.#worker.unref()
      if ('failed' in answer) waiting?.reject(errorOf(answer))
      else waiting?.resolve(answer)
    })
    this.#worker.on('error', (error) => {
      this.#failure = error
    })
    this.#ended = new Promise((resolve) => {
      this.#worker.once('exit', () => {
        this.hasEnded = true
        const error = new Error('The thread of the database ended.', { cause: this.#failure })
        for (const one of this.#waiting.splice(0)) one.reject(error)
        resolve()
      })
    })
  }

  async executeQuery<R>({ sql, parameters }: CompiledQuery): Promise<QueryResult<R>> {
    if (this.hasEnded) throw new Error('The thread of the database ended.', { cause: this.#failure })
    this.#tell({ sql, parameters: (parameters.length >= PACK_FROM ? pack(parameters) : undefined) ?? parameters })
    const outcome = await this.#answer()
    if ('rows' in outcome) return { rows: outcome.rows as R[] }
    return { rows: [], numAffectedRows: BigInt(outcome.changes), insertId: BigInt(outcome.insertId) }
  }

  /** All rows at once: what is long is read by a connection of its own. */
  async *streamQuery<R>(query: CompiledQuery): AsyncIterableIterator<QueryResult<R>> {
    yield await this.executeQuery<R>(query)
  }

  async close(): Promise<void> {
    this.#worker.ref()
    this.#tell(undefined)
    await this.#ended
  }

  #answer(): Promise<Outcome> {
    const waiting = Promise.withResolvers<Outcome>()
    this.#waiting.push(waiting)
    // who waits for an answer may have nothing else that keeps the process running
    this.#worker.ref()
    return waiting.promise
  }

  #tell(request: Request): void {
    this.#worker.postMessage(request)
  }
}

function errorOf({ failed: { message, code } }: Failure): Error {
  return code === undefined ? new Error(message) : new SQLite.SqliteError(message, code)
}
