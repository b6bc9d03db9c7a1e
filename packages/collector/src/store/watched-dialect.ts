import { systemClock } from '@pumphandle/shared/clock'
import type { DatabaseConnection, Dialect, Driver, QueryResult } from 'kysely'
import { type TakesMany, takesMany } from './writer/many.ts'

export interface Watching {
  /** Told of each statement and connection that failed. */
  readonly failed: (error: unknown) => void
  /** Whether a statement failed only because another process holds the file for a moment, outside a transaction. */
  readonly isBusy?: (error: unknown) => boolean
}

/**
 * How long a statement waits for another process (the command line, a backup by other means) to let go of the file, and
 * how often it looks. It waits without keeping this process from anything else, which SQLite's own busy handler does not.
 */
const BUSY_MS = 5_000
const LOOK_AGAIN_MS = 20

/** A dialect whose failures are told, and whose rollbacks never hide what they were for. */
export function watchedDialect(dialect: Dialect, watching: Watching): Dialect {
  return {
    createDriver: () => new WatchedDriver(dialect.createDriver(), watching),
    createQueryCompiler: () => dialect.createQueryCompiler(),
    createAdapter: () => dialect.createAdapter(),
    createIntrospector: (db) => dialect.createIntrospector(db),
  }
}

class WatchedDriver implements Driver {
  readonly #inner: Driver
  readonly #watching: Watching
  readonly #known = new WeakSet<DatabaseConnection>()

  constructor(inner: Driver, watching: Watching) {
    this.#inner = inner
    this.#watching = watching
  }

  init: Driver['init'] = (options) => this.#inner.init(options)

  async acquireConnection(options?: Parameters<Driver['acquireConnection']>[0]): Promise<DatabaseConnection> {
    let connection: DatabaseConnection
    try {
      connection = await this.#inner.acquireConnection(options)
    } catch (error) {
      this.#watching.failed(error)
      throw error
    }
    if (!this.#known.has(connection)) {
      this.#known.add(connection)
      this.#watch(connection)
    }
    return connection
  }

  beginTransaction: Driver['beginTransaction'] = (connection, settings) =>
    this.#inner.beginTransaction(connection, settings)
  commitTransaction: Driver['commitTransaction'] = (connection) => this.#inner.commitTransaction(connection)

  async rollbackTransaction(connection: DatabaseConnection): Promise<void> {
    // a full disk or a broken line has taken the transaction back already: what is thrown is why
    await this.#inner.rollbackTransaction(connection).catch(() => undefined)
  }

  releaseConnection: Driver['releaseConnection'] = (connection, options) =>
    this.#inner.releaseConnection(connection, options)
  destroy: Driver['destroy'] = (options) => this.#inner.destroy(options)

  /** In place: the driver knows its connections by what they are. */
  #watch(connection: DatabaseConnection): void {
    this.#watchOne(connection)
    if (!takesMany(connection)) return
    const execute = connection.executeMany.bind(connection)
    connection.executeMany = async <R>(...queries: Parameters<TakesMany['executeMany']>) => {
      try {
        return await execute<R>(...queries)
      } catch (error) {
        this.#watching.failed(error)
        throw error
      }
    }
  }

  #watchOne(connection: DatabaseConnection): void {
    const execute = connection.executeQuery.bind(connection)
    const { failed, isBusy } = this.#watching
    connection.executeQuery = async <R>(...query: Parameters<DatabaseConnection['executeQuery']>) => {
      for (let waited = 0; ; waited += LOOK_AGAIN_MS)
        try {
          return (await execute(...query)) as QueryResult<R>
        } catch (error) {
          if (waited >= BUSY_MS || !isBusy?.(error)) {
            failed(error)
            throw error
          }
          await new Promise<void>((resolve) => systemClock.after(LOOK_AGAIN_MS, resolve))
        }
    }
  }
}
