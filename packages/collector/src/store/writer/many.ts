import type { CompiledQuery, DatabaseConnection, QueryExecutorProvider, QueryResult } from 'kysely'

/** A connection that takes several statements in one go. */
export interface TakesMany extends DatabaseConnection {
  /** @param how `whole`: they are a transaction */
  executeMany<R>(queries: readonly CompiledQuery[], how?: 'whole'): Promise<QueryResult<R>[]>
}

export function takesMany(connection: DatabaseConnection): connection is TakesMany {
  return 'executeMany' in connection
}

/** Runs statements one after the other, without waiting in between where the connection is in a thread. */
export function executeMany<R>(
  db: QueryExecutorProvider,
  queries: readonly CompiledQuery[],
): Promise<QueryResult<R>[]> {
  return db.getExecutor().provideConnection(async (connection) => {
    if (takesMany(connection)) return connection.executeMany<R>(queries)
    const results: QueryResult<R>[] = []
    for (const query of queries) results.push(await connection.executeQuery<R>(query))
    return results
  })
}

/**
 * Runs statements as one transaction that is told to a thread, and answered by it, once.
 * @throws Error where the connection is in no thread
 */
export function executeWhole<R>(
  db: QueryExecutorProvider,
  queries: readonly CompiledQuery[],
): Promise<QueryResult<R>[]> {
  return db.getExecutor().provideConnection(async (connection) => {
    if (!takesMany(connection)) throw new Error('The connection is in no thread.')
    return connection.executeMany<R>(queries, 'whole')
  })
}
