import pg from 'pg'
import { clientOf, serversOf } from '../servers/hosts.ts'
import { type Claim, Claimed } from './claim.ts'
import { holderOf, LOCK, lock } from './lock.ts'
import { KEEP_ALIVE } from './server.ts'

const CONNECT_WITHIN_MS = 5_000
const ANSWER_WITHIN_MS = 5_000
/** What the sessions of an active brain are called, by which the server can end them. */
const ACTIVE = 'pumphandle brain'
const STANDING_BY = 'pumphandle standby'
/** Tables that a brain writes without its term being asked for: the term itself, and what edges alone write. */
const UNFENCED = /^(brain_term|journal|kysely_.*)$/

/**
 * A takeover that the standby has not seen is lost where that one is made the primary: no later one may have its number.
 */
const NEXT_TERM = `
  update brain_term set term = greatest(term + 1, (extract(epoch from clock_timestamp()) * 1000)::bigint) returning term`

/** The right to be the active brain. */
export interface BrainClaim extends Claim {
  /** Rises with each takeover; every write of this brain has it. */
  readonly term: number
  /** What this brain's sessions are called. */
  readonly name: string
  /** Whether the connection that holds it still stands. */
  readonly isHeld: boolean
  /** Takes it again after the connection broke. @throws Claimed where another brain has taken over meanwhile */
  takeAgain(): Promise<void>
}

/** What a brain that stands by sees of the active one. */
export interface Seen {
  readonly beat: number
  /** Empty where none is active. */
  readonly holder: string
  /** Whether anybody has the lock. */
  readonly isLocked: boolean
}

/**
 * How one brain of several becomes the active one: by an advisory lock, and by a term that rises. A brain that stands still
 * keeps its lock, since its computer answers for it: it is ended by its lease, which others watch, and what it wrote later
 * is refused by its term.
 */
export class Candidate {
  readonly #id: string
  readonly #Client: typeof pg.Client
  #client: pg.Client | undefined

  /** @param id told to people and to the server: 1 to 40 characters */
  constructor(url: string, id: string) {
    this.#id = id
    this.#Client = clientOf(serversOf(url))
  }

  /** @throws what pg throws where the server does not answer */
  async see(): Promise<Seen> {
    const client = await this.#connected()
    const { rows } = await client.query<{ beat: string; holder: string }>(
      'select brain.beat + brain_beat.beat as beat, holder from brain, brain_beat',
    )
    const [row] = rows
    return { beat: Number(row?.beat ?? 0), holder: row?.holder ?? '', isLocked: (await holderOf(client)) !== undefined }
  }

  /**
   * Becomes the active brain, where no other is.
   * @param address where edges and serves reach this one
   * @param isLate the one that has the lock was not heard: its sessions are ended
   * @throws Claimed where a collector that is no brain has the database
   */
  async take(address: string, isLate: boolean): Promise<BrainClaim | undefined> {
    const client = await this.#connected()
    const { rows } = await client.query<{ taken: boolean }>('select pg_try_advisory_lock($1) as taken', [LOCK])
    if (!rows[0]?.taken) {
      const holder = await holderOf(client)
      // another one that stood by is just taking it
      if (holder?.name.startsWith(STANDING_BY)) return undefined
      if (holder && !holder.name.startsWith(ACTIVE)) throw new Claimed(holder.name)
      if (!holder || !isLate) return undefined
      // its lock comes free with its session
      await client.query('select pg_terminate_backend($1, 2000)', [holder.pid])
      return this.take(address, false)
    }
    const name = `${ACTIVE} ${this.#id}`
    await fence(client)
    await client.query(
      `select pg_terminate_backend(pid, 2000) from pg_stat_activity
        where datname = current_database() and application_name like $1 and pid <> pg_backend_pid()`,
      [`${ACTIVE}%`],
    )
    await client.query('begin')
    // nothing else can be committed while the synchronous standby is away: that somebody judges and answers pages must not wait for it
    await client.query('set local synchronous_commit = local')
    const { rows: terms } = await client.query<{ term: string }>(NEXT_TERM)
    await client.query('update brain set beat = beat + 1, holder = $1, address = $2', [this.#id, address])
    await client.query('commit')
    await client.query(`select set_config('application_name', $1, false)`, [name])
    this.#client = undefined
    return this.#claim(client, name, Number(terms[0]?.term))
  }

  async close(): Promise<void> {
    await this.#client?.end().catch(() => undefined)
  }

  #claim(first: pg.Client, name: string, term: number): BrainClaim {
    let client: pg.Client | undefined = first
    let isEnding = false
    const watch = (watched: pg.Client) =>
      watched.once('end', () => {
        if (client === watched) client = undefined
      })
    watch(first)
    return {
      term,
      name,
      get isHeld() {
        return client !== undefined
      },
      takeAgain: async () => {
        if (client || isEnding) return
        const again = await this.#open(name)
        try {
          const { rows } = await again.query<{ term: string }>('select term from brain_term')
          if (Number(rows[0]?.term) !== term) throw new Claimed('another brain')
          await lock(again, name)
        } catch (error) {
          await again.end().catch(() => undefined)
          throw error
        }
        client = again
        watch(again)
      },
      async release() {
        isEnding = true
        // whoever stands by need not wait for the lease to end
        await client
          ?.query(
            `with now as (select set_config('synchronous_commit', 'local', true))
             update brain set holder = '' from now where exists (select 1 from brain_term where term = $1)`,
            [term],
          )
          .catch(() => undefined)
        await client?.end().catch(() => undefined)
      },
    }
  }

  async #connected(): Promise<pg.Client> {
    return (this.#client ??= await this.#open(`${STANDING_BY} ${this.#id}`))
  }

  async #open(name: string): Promise<pg.Client> {
    const client = new this.#Client({
      application_name: name,
      connectionTimeoutMillis: CONNECT_WITHIN_MS,
      query_timeout: ANSWER_WITHIN_MS,
      keepAlive: true,
    })
    const gone = () => {
      if (this.#client === client) this.#client = undefined
    }
    client.on('error', gone)
    client.on('end', gone)
    try {
      await client.connect()
      await client.query(KEEP_ALIVE)
      return client
    } catch (error) {
      await client.end().catch(() => undefined)
      throw error
    }
  }
}

/** Every table that a brain writes asks for its term; those that came with a newer version too. */
async function fence(client: pg.Client): Promise<void> {
  const { rows } = await client.query<{ name: string }>(
    `select c.relname as name from pg_class c join pg_namespace s on s.oid = c.relnamespace
      where s.nspname = current_schema() and c.relkind in ('r', 'p') and not c.relispartition
        and not exists (select 1 from pg_trigger t where t.tgrelid = c.oid and t.tgname = 'pumphandle_fence')`,
  )
  for (const { name } of rows)
    if (!UNFENCED.test(name))
      await client.query(
        `create trigger pumphandle_fence before insert or update or delete on ${pg.escapeIdentifier(name)}
          for each statement when (current_setting('pumphandle.term', true) <> '')
          execute function pumphandle_fence()`,
      )
}
