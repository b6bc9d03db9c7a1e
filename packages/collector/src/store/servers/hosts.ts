import pg from 'pg'

/** `postgres://user:password@` `host:port,host:port` `/database?options` */
const ADDRESS = /^(?<start>postgres(?:ql)?:\/\/(?:[^@/]*@)?)(?<hosts>[^/?]*)(?<rest>.*)$/

/** The address of each server that an address names, as libpq writes several: `postgres://user@one:5432,two:5432/name`. */
export function serversOf(url: string): string[] {
  const { start, hosts, rest } = ADDRESS.exec(url)?.groups ?? {}
  if (start === undefined || hosts === undefined || rest === undefined || !hosts.includes(',')) return [url]
  return hosts.split(',').map((host) => `${start}${host}${withoutTarget(rest)}`)
}

/** Ours to follow: pg knows nothing of it. */
function withoutTarget(rest: string): string {
  return rest.replace(/([?&])target_session_attrs=[\w-]*(&|$)/, (_, before: string, after: string) =>
    after === '&' ? before : '',
  )
}

/** The server that takes writes is another one now, or not yet known. */
class ReadOnlyServer extends Error {
  override readonly name = 'ReadOnlyServer'
  /** As the server itself says it: read-only SQL transaction. */
  readonly code = '25006'

  constructor() {
    super('none of the servers takes writes now')
  }
}

/** A server that is gone answers nothing: the next one is asked by then, and all of a few within a connection's own time. */
const ASK_WITHIN_MS = 1_500

/**
 * A client of pg for several servers of which one takes writes (libpq's target_session_attrs=read-write): each connection
 * goes to the server that was good last; at the start, and after a failure, they are asked which one that is.
 * @param servers an address each, one at least
 */
export function clientOf(servers: readonly string[]): typeof pg.Client {
  const [first] = servers
  const writable = servers.length > 1 ? new WritableServer(servers) : undefined
  return class extends pg.Client {
    constructor(config?: pg.ClientConfig) {
      super({ ...config, connectionString: first })
      // one that is ended in the breath in which it connected has nobody else who listens yet, and would end the process;
      // whoever uses it is told by the first question
      this.on('error', () => undefined)
    }

    override connect(): Promise<pg.Client>
    override connect(callback: (error: Error) => void): void
    override connect(callback?: (error: Error) => void): Promise<pg.Client> | void {
      const connected = this.#connect()
      if (!callback) return connected
      void tell(connected, callback)
    }

    async #connect(): Promise<pg.Client> {
      try {
        if (writable) Object.assign(this, await writable.find())
        await super.connect()
        if (writable && !(await takesWrites(this))) {
          await this.end()
          throw new ReadOnlyServer()
        }
        return this
      } catch (error) {
        writable?.forget()
        throw error
      }
    }
  }
}

interface Where {
  readonly host: string
  readonly port: number
}

/** Which of some servers takes writes, as far as it is known. */
class WritableServer {
  readonly #servers: readonly string[]
  #found: Promise<Where> | undefined

  constructor(servers: readonly string[]) {
    this.#servers = servers
  }

  /** @throws (rejects) why none does */
  find(): Promise<Where> {
    return (this.#found ??= this.#ask())
  }

  /** A connection to it failed: it is looked for anew. */
  forget(): void {
    this.#found = undefined
  }

  async #ask(): Promise<Where> {
    let why: unknown
    for (const server of this.#servers) {
      const client = new pg.Client({
        connectionString: server,
        connectionTimeoutMillis: ASK_WITHIN_MS,
        query_timeout: ASK_WITHIN_MS,
      })
      // a line that breaks is told by the question too
      client.on('error', () => undefined)
      try {
        await client.connect()
        if (await takesWrites(client)) return { host: client.host, port: client.port }
        why ??= new ReadOnlyServer()
      } catch (error) {
        why = error
      } finally {
        // one that is silent is not waited for
        void client.end().catch(() => undefined)
      }
    }
    throw why
  }
}

async function takesWrites(client: pg.Client): Promise<boolean> {
  const { rows } = await client.query<{ transaction_read_only: string }>('show transaction_read_only')
  return rows[0]?.transaction_read_only === 'off'
}

/** The way of pg's pool: null is its word for success. */
async function tell(connected: Promise<unknown>, callback: (error: Error) => void): Promise<void> {
  let failure = null as unknown as Error
  try {
    await connected
  } catch (error) {
    failure = error as Error
  }
  callback(failure)
}
