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
    super('this server takes no writes; the next of the address is tried')
  }
}

/**
 * A client of pg for several servers of which one takes writes (libpq's target_session_attrs=read-write): each connection
 * goes to the server that was good last, and after a failure the next one to the next server.
 * @param servers an address each, one at least
 */
export function clientOf(servers: readonly string[]): typeof pg.Client {
  let current = 0
  const only = servers.length < 2
  return class extends pg.Client {
    readonly #server: number

    constructor(config?: pg.ClientConfig) {
      super({ ...config, connectionString: servers[current % servers.length] })
      this.#server = current
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
        await super.connect()
        if (!only) await this.#takesWrites()
        return this
      } catch (error) {
        if (this.#server === current) current++
        throw error
      }
    }

    async #takesWrites(): Promise<void> {
      const { rows } = await this.query<{ transaction_read_only: string }>('show transaction_read_only')
      if (rows[0]?.transaction_read_only !== 'on') return
      await this.end()
      throw new ReadOnlyServer()
    }
  }
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
