import type { CompiledQuery, DatabaseConnection, QueryExecutorProvider, QueryResult } from 'kysely'

/** A connection that takes several statements in one go. */
export interface TakesMany extends DatabaseConnection {
  executeMany<R>(queries: readonly CompiledQuery[]): Promise<QueryResult<R>[]>
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
