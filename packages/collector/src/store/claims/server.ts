import type pg from 'pg'
import { clientOf, serversOf } from '../servers/hosts.ts'
import { type Claim, Claimed } from './claim.ts'

/** Any number that nobody else's program takes: "pump" in ASCII. */
export const LOCK = 0x70_75_6d_70
const CONNECT_WITHIN_MS = 5_000
const ANSWER_WITHIN_MS = 5_000
/** The server gives up the session of a collector whose computer has gone after so many seconds, and with it the claim. */
export const KEEP_ALIVE = 'set tcp_keepalives_idle = 10; set tcp_keepalives_interval = 5; set tcp_keepalives_count = 3'

export interface ServerClaim extends Claim {
  /** Whether the connection that holds it still stands. */
  readonly isHeld: boolean
  /** Takes it again after the connection broke. @throws Claimed where somebody else came first */
  takeAgain(): Promise<void>
}

/**
 * Claims a PostgreSQL database for one collector, by an advisory lock of a connection of its own.
 *
 * @param me said to whoever comes second, and known again after the line was cut: 1 to 60 characters
 * @throws Claimed
 */
export async function claimServer(url: string, me: string): Promise<ServerClaim> {
  let client: pg.Client | undefined
  let ending = false
  const Client = clientOf(serversOf(url))
  const take = async () => {
    const mine = new Client({
      application_name: me,
      connectionTimeoutMillis: CONNECT_WITHIN_MS,
      query_timeout: ANSWER_WITHIN_MS,
      keepAlive: true,
    })
    mine.on('error', () => lose(mine))
    mine.on('end', () => lose(mine))
    try {
      await mine.connect()
      await mine.query(KEEP_ALIVE)
      await lock(mine, me)
    } catch (error) {
      await mine.end().catch(() => undefined)
      throw error
    }
    client = mine
  }
  const lose = (lost: pg.Client) => {
    if (client === lost) client = undefined
  }
  await take()
  return {
    get isHeld() {
      return client !== undefined
    },
    async takeAgain() {
      if (!client && !ending) await take()
    },
    async release() {
      ending = true
      // a server that does not answer takes it back by itself
      await client?.end().catch(() => undefined)
    },
  }
}

async function lock(client: pg.Client, me: string): Promise<void> {
  for (let last = false; ; last = true) {
    const { rows } = await client.query<{ taken: boolean }>('select pg_try_advisory_lock($1) as taken', [LOCK])
    if (rows[0]?.taken) return
    const holder = await holderOf(client)
    if (last || holder?.name !== me) {
      const at = holder?.address ? ` from ${holder.address}` : ''
      throw new Claimed(holder ? `${holder.name}${at}` : 'unknown')
    }
    // our own session, which the server does not know yet to be dead
    await client.query('select pg_terminate_backend($1, 2000)', [holder.pid])
  }
}

/** The session that has the lock; undefined where none has. */
export async function holderOf(
  client: pg.Client,
): Promise<{ readonly pid: number; readonly name: string; readonly address: string | null } | undefined> {
  const { rows } = await client.query<{ pid: number; name: string; address: string | null }>(
    `select a.pid, a.application_name as name, host(a.client_addr) as address
       from pg_locks l join pg_stat_activity a on a.pid = l.pid
      where l.locktype = 'advisory' and l.granted and l.classid = 0 and l.objid = $1
        and l.database = (select oid from pg_database where datname = current_database())`,
    [LOCK],
  )
  return rows[0]
}
