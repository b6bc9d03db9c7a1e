import { Worker } from 'node:worker_threads'
import SQLite from 'better-sqlite3'
import { CompiledQuery, type DatabaseConnection, type Driver, type QueryResult } from 'kysely'
import type { SqliteRole } from './connection.ts'
import type { TakesMany } from './many.ts'
import type { Answer, Failure, Outcome, Request, ThreadData } from './messages.ts'
import { pack } from './packed.ts'

/** Values of a request from which on packing them is cheaper. */
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

  async init(): Promise<void> {
    this.#thread = await ConnectionThread.open(this.#data)
  }

  async acquireConnection(): Promise<DatabaseConnection> {
    if (!this.#thread || this.#thread.hasEnded) this.#thread = await ConnectionThread.open(this.#data)
    return this.#thread
  }

  /** It begins with its first statement: a message of its own would make everybody wait for one answer more. */
  async beginTransaction(connection: DatabaseConnection): Promise<void> {
    ;(connection as ConnectionThread).transaction = 'begins'
  }
  async commitTransaction(connection: DatabaseConnection): Promise<void> {
    await (connection as ConnectionThread).end('commit')
  }
  async rollbackTransaction(connection: DatabaseConnection): Promise<void> {
    await (connection as ConnectionThread).end('rollback')
  }
  async releaseConnection(): Promise<void> {}

  async destroy(): Promise<void> {
    await this.#thread?.close()
  }
}

class ConnectionThread implements TakesMany {
  readonly #worker: Worker
  readonly #waiting: PromiseWithResolvers<readonly Outcome[]>[] = []
  readonly #ended: Promise<void>
  #failure: unknown
  hasEnded = false
  /** Of the next request. */
  transaction: NonNullable<Request>['transaction'] = 'apart'

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
      const waiting = this.#waiting.shift()
      if (this.#waiting.length === 0) this.#worker.unref()
      if ('failed' in answer) waiting?.reject(errorOf(answer))
      else waiting?.resolve(answer.outcomes)
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

  async executeQuery<R>(query: CompiledQuery): Promise<QueryResult<R>> {
    const [result] = await this.executeMany<R>([query])
    return result as QueryResult<R>
  }

  async executeMany<R>(queries: readonly CompiledQuery[], how?: 'whole'): Promise<QueryResult<R>[]> {
    if (this.hasEnded) throw new Error('The thread of the database ended.', { cause: this.#failure })
    const statements = queries.map(({ sql, parameters }) => ({ sql, values: parameters.length }))
    const values = queries.length === 1 ? (queries[0]?.parameters ?? []) : queries.flatMap((query) => query.parameters)
    const transaction = how ?? this.transaction
    this.#tell({ statements, values: (values.length >= PACK_FROM ? pack(values) : undefined) ?? values, transaction })
    if (transaction === 'begins') this.transaction = 'goes on'
    return (await this.#answer()).map(resultOf<R>)
  }

  /** Of one that has said nothing the thread knows nothing. */
  async end(how: 'commit' | 'rollback'): Promise<void> {
    const isKnown = this.transaction === 'goes on'
    try {
      if (isKnown) await this.executeQuery(CompiledQuery.raw(how))
    } finally {
      this.transaction = 'apart'
    }
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

  #answer(): Promise<readonly Outcome[]> {
    const waiting = Promise.withResolvers<readonly Outcome[]>()
    this.#waiting.push(waiting)
    // who waits for an answer may have nothing else that keeps the process running
    this.#worker.ref()
    return waiting.promise
  }

  #tell(request: Request): void {
    this.#worker.postMessage(request)
  }
}

function resultOf<R>(outcome: Outcome): QueryResult<R> {
  if ('rows' in outcome) return { rows: outcome.rows as R[] }
  return { rows: [], numAffectedRows: BigInt(outcome.changes), insertId: BigInt(outcome.insertId) }
}

function errorOf({ failed: { message, code } }: Failure): Error {
  return code === undefined ? new Error(message) : new SQLite.SqliteError(message, code)
}
