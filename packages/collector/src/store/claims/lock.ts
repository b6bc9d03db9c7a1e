import type pg from 'pg'
import { Claimed } from './claim.ts'

/** Any number that nobody else's program takes: "pump" in ASCII. */
export const LOCK = 0x70_75_6d_70
/** A session that was ended tells its client so before it gives back its locks: it may be met a few times on its way out. */
const ATTEMPTS = 5
/**
 * How often it is looked whether another's session goes, and the seconds between: a collector that ended a moment ago is gone before
 * a busy server has taken back what it had, and the one that follows it is no second one. At a start alone: whoever had it before
 * and lost it must know at once that somebody else has it.
 */
export const LOOKS = 20
const LOOK_AGAIN_SECONDS = 0.25
/** That the server waits for a session to end that it was told to end. */
const ENDED_WITHIN_MS = 2_000

/**
 * Takes the advisory lock, from an earlier session of the same name too: the server may not know yet that it is dead.
 *
 * @param me the name of the session
 * @param isDead whether whoever has this name is known to be dead, so that its session only waits for the server to notice
 * @param mostLooks how often it is looked whether a session of another name goes
 * @throws Claimed by a session of another name that stays, or by one that does not end
 */
export async function lock(
  client: pg.Client,
  me: string,
  isDead: (name: string) => boolean = () => false,
  mostLooks = 1,
): Promise<void> {
  let looks = 1
  for (let attempt = 1; ; attempt++) {
    const { rows } = await client.query<{ taken: boolean }>('select pg_try_advisory_lock($1) as taken', [LOCK])
    if (rows[0]?.taken) return
    const holder = await holderOf(client)
    const isOthers = holder !== undefined && holder.name !== me && !isDead(holder.name)
    if (isOthers && looks++ < mostLooks) {
      attempt--
      await client.query('select pg_sleep($1)', [LOOK_AGAIN_SECONDS])
      continue
    }
    if (attempt === ATTEMPTS || isOthers) {
      const at = holder?.address ? ` from ${holder.address}` : ''
      throw new Claimed(holder ? `${holder.name}${at}` : 'unknown')
    }
    // no holder: it went between the two questions, and the lock is free
    if (holder) await client.query('select pg_terminate_backend($1, $2)', [holder.pid, ENDED_WITHIN_MS])
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
