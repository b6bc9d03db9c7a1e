import type pg from 'pg'
import { clientOf, serversOf } from '../servers/hosts.ts'
import type { Claim } from './claim.ts'
import { LOOKS, lock } from './lock.ts'

const CONNECT_WITHIN_MS = 5_000
const ANSWER_WITHIN_MS = 5_000
/** Seconds after which the server gives up the session of a collector whose computer has gone, and with it the claim. */
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
 * @param isDead whether a holder of this name is known to be dead: a line that fell silent keeps its session until the server notices
 * @throws Claimed
 */
export async function claimServer(url: string, me: string, isDead: (name: string) => boolean): Promise<ServerClaim> {
  let client: pg.Client | undefined
  let ending = false
  const Client = clientOf(serversOf(url))
  const take = async (mostLooks: number) => {
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
      await lock(mine, me, isDead, mostLooks)
    } catch (error) {
      await mine.end().catch(() => undefined)
      throw error
    }
    client = mine
  }
  const lose = (lost: pg.Client) => {
    if (client === lost) client = undefined
  }
  await take(LOOKS)
  return {
    get isHeld() {
      return client !== undefined
    },
    async takeAgain() {
      if (!client && !ending) await take(1)
    },
    async release() {
      ending = true
      // a server that does not answer takes it back by itself
      await client?.end().catch(() => undefined)
    },
  }
}
