import { CompiledQuery, type Dialect, PostgresDialect, type PostgresPool, type PostgresPoolClient } from 'kysely'
import pg from 'pg'
import { clientOf, serversOf } from './servers/hosts.ts'
import { watchedDialect } from './watched-dialect.ts'

/** Connections of one collector. Ingest uses one at a time; the rest serve pages. */
export const POOL = 10
/** Deadlock and serialization failure, https://www.postgresql.org/docs/current/errcodes-appendix.html: try again. */
const TRY_AGAIN = new Set(['40P01', '40001'])
/** To a server, and to a free connection of the pool: whoever waits longer is better told. */
const CONNECT_WITHIN_MS = 5_000
/** The longest that a statement may take, and wait for a lock; the server ends it. Pages are read in milliseconds. */
const STATEMENT_WITHIN_MS = 10_000
const LOCK_WITHIN_MS = 5_000
/**
 * A transaction of an edge that does nothing for so long is ended, for whoever waits for its locks gives up a second later: an edge
 * that stands still has nothing more to say, and the others have.
 */
const EDGE_IDLE_MS = 4_000
/** A server that has not answered by then is not there any more: its own limit has passed. */
const ANSWER_WITHIN_MS = 12_000
/** Silence on an idle connection until the kernel asks whether the other end is still there. */
const KEEP_ALIVE_AFTER_MS = 10_000

/** Whether a transaction failed only because another one was in its way. */
export function isCollision(error: unknown): boolean {
  return error instanceof pg.DatabaseError && TRY_AGAIN.has(error.code ?? '')
}

// int8 comes as text unless told otherwise; times and ids stay below 2^53
const types: pg.CustomTypesConfig = {
  getTypeParser: (oid, format) =>
    oid === pg.types.builtins.INT8 ? Number : pg.types.getTypeParser(oid, format as 'text'),
}

export interface PostgresOptions {
  /** At once. */
  readonly connections: number
  /** Told of each statement and connection that failed; the pool opens another by itself. */
  readonly failed: (error: Error) => void
  /** Changes of tables may take as long as they need. */
  readonly unhurried?: boolean
  /** Who writes in a cluster; absent: whoever may. */
  readonly as?: As | undefined
}

/** A brain that stands by reads alone, and the server refuses whatever it would write; an edge holds no lock while it stands still. */
export type As = WrittenAs | 'reader' | 'edge'

/** Who writes: the server knows every connection of a brain by this name, and refuses writes of a term that is over. */
export interface WrittenAs {
  readonly name: string
  readonly term: number
}

/** Connections, whose owner may become another: a brain that stood by and is the active one now. */
export class Connections implements PostgresPool {
  readonly #open: (as: As | undefined) => pg.Pool
  readonly #failed: (error: Error) => void
  #pool: pg.Pool

  /** @param url `postgres://user:password@host/database`; several servers: `host:port,host:port` */
  constructor(url: string, options: PostgresOptions) {
    this.#open = (as) => openPool(url, { ...options, as })
    this.#failed = options.failed
    this.#pool = this.#open(options.as)
  }

  get options(): object {
    return this.#pool.options
  }
  connect(): Promise<PostgresPoolClient> {
    return this.#pool.connect()
  }
  end(): Promise<void> {
    return this.#pool.end()
  }

  /** What is asked from now on is asked as this brain; what is being read is read to its end. */
  become(as: WrittenAs): void {
    const before = this.#pool
    this.#pool = this.#open(as)
    before.end().catch(this.#failed)
  }
}

function openPool(url: string, { connections, failed, unhurried = false, as }: PostgresOptions): pg.Pool {
  const writer = as === 'reader' || as === 'edge' ? undefined : as
  const pool = new pg.Pool({
    Client: clientOf(serversOf(url)),
    ...(writer ? { application_name: writer.name, options: `-c pumphandle.term=${writer.term}` } : {}),
    max: connections,
    types,
    connectionTimeoutMillis: CONNECT_WITHIN_MS,
    keepAlive: true,
    keepAliveInitialDelayMillis: KEEP_ALIVE_AFTER_MS,
    ...(unhurried
      ? {}
      : {
          statement_timeout: STATEMENT_WITHIN_MS,
          lock_timeout: LOCK_WITHIN_MS,
          // a collector that stands still holds no lock for ever
          idle_in_transaction_session_timeout: as === 'edge' ? EDGE_IDLE_MS : 2 * ANSWER_WITHIN_MS,
          query_timeout: ANSWER_WITHIN_MS,
        }),
  })
  pool.on('error', failed)
  // the pool listens to idle connections only; one that breaks in use has nobody else, and would end the process
  pool.on('connect', (client) => {
    client.on('error', failed)
    endUnanswered(client)
    // before anything else that is asked on it
    if (as === 'reader') client.query('set default_transaction_read_only = on').catch(failed)
  })
  return pool
}

export function postgresDialect(pool: Connections, failed: PostgresOptions['failed']): Dialect {
  const dialect = new PostgresDialect({
    pool,
    // what an ack promises, whatever the server's default is
    onCreateConnection: async (connection) => {
      await connection.executeQuery(CompiledQuery.raw('set synchronous_commit = on'))
    },
  })
  return watchedDialect(dialect, { failed: (error) => failed(error as Error) })
}

/** A server that was the primary, and is not any more. */
const READ_ONLY = '25006'

/**
 * Gives up a connection whose answer did not come: what is sent after it would wait behind it, as long again. The same for
 * one to a server that takes no writes any more.
 */
function endUnanswered(client: pg.PoolClient): void {
  const query = client.query.bind(client) as (...args: unknown[]) => Promise<unknown>
  client.query = (async (...args: unknown[]) => {
    try {
      return await query(...args)
    } catch (error) {
      if ((error as Error).message === 'Query read timeout' || (error as { code?: unknown }).code === READ_ONLY)
        (client as unknown as { connection: { stream: { destroy(): void } } }).connection.stream.destroy()
      throw error
    }
  }) as typeof client.query
}
