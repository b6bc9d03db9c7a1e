import { closeSync, openSync, statSync } from 'node:fs'
import type { Places } from '@pumphandle/shared/api'
import { systemClock } from '@pumphandle/shared/clock'
import { type CompiledQuery, Kysely, type LogEvent, type QueryResult, sql } from 'kysely'
import type { Verdict } from '../model/file-verdict.ts'
import type { StoreFault } from '../model/store-fault.ts'
import { Checkpoints } from './checkpoints/checkpoints.ts'
import { giveRoomBack } from './checkpoints/room.ts'
import type { Db, Reader, Tx } from './db.ts'
import { FaultWatch } from './fault-watch.ts'
import { migrate } from './migrate.ts'
import type { DatabaseKind } from './migrations/columns.ts'
import { type As, Connections, isCollision, POOL, postgresDialect, type WrittenAs } from './postgres.ts'
import { Reserve } from './reserve.ts'
import { readSnapshot, writeSnapshot } from './snapshots.ts'
import { sqliteDialect } from './sqlite.ts'
import type { Database } from './tables.ts'
import { within } from './within.ts'
import { executeMany, executeWhole } from './writer/many.ts'

export type DatabaseAddress = { kind: 'sqlite'; file: string } | { kind: 'postgres'; url: string }
export type { Db, Reader, Tx }

/**
 * The database. Reads and writes are functions in this folder that take `db`, `reader` or a transaction; nothing outside
 * this folder and ../query writes SQL.
 */
export interface Store {
  readonly kind: DatabaseKind
  /** Writes, and reads that must see them. On SQLite one connection, so that a transaction makes others wait. */
  readonly db: Db
  /** Reads of what is committed; does not wait for a transaction. Cannot write on SQLite. */
  readonly reader: Reader
  /** Everything in `run` commits, flushed to disk, or nothing does. It may run again after a deadlock. */
  transaction<T>(run: (tx: Tx) => Promise<T>): Promise<T>
  /** One statement, which is a transaction by itself. It may run again after a deadlock. */
  alone<T>(run: (db: Db) => Promise<T>): Promise<T>
  /** A transaction of statements none of which needs another's answer: the shortest way to the disk. */
  atOnce<R>(queries: readonly CompiledQuery[]): Promise<QueryResult<R>[]>
  /** The same database as somebody sees it who has some places of the fleet: every read is of these alone. */
  within(places: Places): Store
  /** In a cluster: a brain that read alone is the active one now, and writes. Not on SQLite. */
  become(as: WrittenAs): void
  /** A connection of its own for a long stream, so that other reads need not wait; the caller destroys it. */
  openReader(): Reader & Pick<Db, 'destroy'>
  /** Why nothing can be stored now; undefined where it can. */
  readonly fault: StoreFault | undefined
  /** Damage of the database that was met since it was opened, or what of it could not be read and may be sound. */
  readonly damage: StoreFault | undefined
  /** Where an error is a fault of the whole database: resolves when it is worth trying again. Else undefined. */
  over(error: unknown): Promise<void> | undefined
  /** Looks whether it can be written to and read, after a fault; whoever waits for that goes on then. Never throws. */
  tryAgain(): Promise<void>
  /** A check of the file, begun then, said that. */
  checked(verdict: Verdict, began: number): void
  /** Another collector has it, or its file is not where it was: nothing is written any more. */
  lost(kind: 'taken' | 'gone', detail: string): void
  /** Whether a SQLite file is still the one that was opened: who deletes or replaces it makes writes go nowhere. */
  isInPlace(): boolean
  /** Writes what a database whose file was deleted still holds to another one. @returns its path */
  rescue(): Promise<string>
  /** A write that nobody waits for and that may be left out; it is, where the database cannot be written to. */
  aside(write: (db: Db) => Promise<void>): void
  /** Resolves when writes that nobody waits for are done. */
  settled(): Promise<void>
  /** Rejects when the database does not answer. */
  ping(): Promise<void>
  close(): Promise<void>
}

export interface StoreOptions {
  /** Told of what broke and is mended by itself: the moving of SQLite's log. */
  readonly onError?: (error: Error) => void
  /** Keep room on the disk beside a SQLite file, for the day that it is full. */
  readonly reserve?: boolean
  /** Let the writer of a SQLite file wait for the disk in a thread of its own, so that this one answers meanwhile. */
  readonly ownThread?: boolean
  /** Told of each statement, without its values: how long it took, ms. */
  readonly onQuery?: ((sql: string, ms: number, hasFailed: boolean) => void) | undefined
  /** ms epoch. */
  readonly now?: () => number
  /** In a cluster: as whom a brain writes, or that it stands by and reads alone. */
  readonly as?: As
}

/** Under this name the table of snapshots has the last time that it was tried whether it can be written. */
const PROBE = 'probe'

/**
 * Opens the database and brings its tables up to date.
 * @throws Error when it cannot be opened, or is newer than this program.
 */
export async function openStore(address: DatabaseAddress, options: StoreOptions = {}): Promise<Store> {
  const onError = options.onError ?? (() => undefined)
  const reserve = options.reserve && address.kind === 'sqlite' ? new Reserve(address.file) : undefined
  const now = options.now ?? (() => systemClock.now())
  const watch = new FaultWatch({ now, isFile: address.kind === 'sqlite', onFull: () => reserve?.release() })
  const failed = (error: unknown) => watch.failed(error)
  let { as } = options
  const pools: Connections[] = []
  const connectionsTo = (url: string, given: { connections: number; unhurried: boolean }) => {
    const pool = new Connections(url, { ...given, failed, as })
    pools.push(pool)
    return pool
  }
  const { onQuery } = options
  const log = onQuery && ((e: LogEvent) => onQuery(e.query.sql, e.queryDurationMillis, e.level === 'error'))
  const open = (
    role: 'writer' | 'reader',
    {
      connections = POOL,
      unhurried = false,
      ownThread = false,
    }: Partial<Record<'connections', number> & Record<'unhurried' | 'ownThread', boolean>> = {},
  ): Db =>
    new Kysely<Database>({
      ...(log && { log }),
      dialect:
        address.kind === 'sqlite'
          ? sqliteDialect(address.file, role, failed, { ownThread })
          : postgresDialect(connectionsTo(address.url, { connections, unhurried }), failed),
    })
  if (address.kind === 'sqlite' && as !== 'reader') giveRoomBack(address.file, () => reserve?.release())
  if (as !== 'reader') await migrated(open('writer', { connections: 1, unhurried: true }), address.kind)
  await reserve?.make()
  const opened = address.kind === 'sqlite' ? inode(address.file) : 0
  const isThreaded = address.kind === 'sqlite' && options.ownThread === true
  const db = open('writer', { ownThread: isThreaded })
  const reader = address.kind === 'sqlite' ? open('reader') : db
  const checkpoints =
    address.kind === 'sqlite'
      ? new Checkpoints({
          file: address.file,
          holdWriter: (run) => db.connection().execute(run),
          onError,
        })
      : undefined
  const aside = new Set<Promise<void>>()
  const settled = async () => void (await Promise.all(aside))
  const store: Store = {
    kind: address.kind,
    db,
    reader,
    async transaction(run) {
      watch.check()
      const result = await transaction(db, run)
      checkpoints?.committed()
      return result
    },
    async alone(run) {
      watch.check()
      const result = await unlessInTheWay(() => run(db))
      checkpoints?.committed()
      return result
    },
    async atOnce<R>(queries: readonly CompiledQuery[]) {
      watch.check()
      const results = await (isThreaded
        ? executeWhole<R>(db, queries)
        : transaction(db, (tx) => executeMany<R>(tx, queries)))
      checkpoints?.committed()
      return results
    },
    get fault() {
      return watch.fault
    },
    get damage() {
      return watch.damage
    },
    over: (error) => watch.over(error),
    checked: (verdict, began) => watch.checked(verdict, began),
    lost: (kind, detail) => watch.lost(kind, detail),
    isInPlace: () => address.kind === 'postgres' || inode(address.file) === opened,
    async rescue() {
      const to = address.kind === 'sqlite' ? `${address.file}.rescued-${now()}` : ''
      // SQLite takes an empty file as no file, and keeps the mode that it has
      closeSync(openSync(to, 'wx', 0o600))
      await sql`vacuum into ${to}`.execute(db)
      return to
    },
    async tryAgain() {
      try {
        if (watch.fault?.kind === 'full') await checkpoints?.giveRoomBack().catch(onError)
        if ((await reserve?.make()) === false) return
        const tried = { at: now(), seq: 0, body: '{}' }
        await transaction(db, (tx) => writeSnapshot(tx, PROBE, tried))
        // a disk that is dying may take what it does not give back; what was written since is in no reader's memory
        await readSnapshot(reader, PROBE)
        watch.succeeded()
      } catch (error) {
        // a fault was told to the watch already
        onError(error as Error)
      }
    },
    aside(write) {
      if (watch.fault) return
      const done = write(db)
        // it may be left out, and why is known to the watch
        .catch(() => undefined)
        .finally(() => aside.delete(done))
      aside.add(done)
    },
    settled,
    within: (places) =>
      Object.create(store, {
        db: { value: within(db, address.kind, places) },
        reader: { value: within(reader, address.kind, places) },
        openReader: { value: () => within(open('reader', { connections: 1 }), address.kind, places) },
      }) as Store,
    become(writer) {
      as = writer
      for (const pool of pools) pool.become(writer)
    },
    openReader: () => open('reader', { connections: 1 }),
    async ping() {
      await sql`select 1`.execute(reader)
    },
    async close() {
      await settled()
      await checkpoints?.close()
      if (reader !== db) await reader.destroy()
      await db.destroy()
    },
  }
  return store
}

function inode(file: string): number {
  return statSync(file, { throwIfNoEntry: false })?.ino ?? 0
}

async function migrated(db: Db, kind: DatabaseKind): Promise<void> {
  try {
    await migrate(db, kind)
  } finally {
    await db.destroy()
  }
}

/**
 * Opens the database to read what was recorded, as it is: nothing is brought up to date, also not for an older or a newer
 * collector that uses it. The caller destroys it.
 */
export function openRecorded(address: DatabaseAddress): Reader & Pick<Db, 'destroy'> {
  // whoever reads is told of a fault by the read itself
  const ignored = () => undefined
  const dialect =
    address.kind === 'sqlite'
      ? sqliteDialect(address.file, 'reader', ignored)
      : postgresDialect(new Connections(address.url, { connections: 1, failed: ignored, unhurried: true }), ignored)
  return new Kysely<Database>({ dialect })
}

/** How often a transaction runs that others were in the way of. */
const TRIES = 3

function transaction<T>(db: Db, run: (tx: Tx) => Promise<T>): Promise<T> {
  return unlessInTheWay(() => db.transaction().execute(run))
}

/** Again, where only another transaction was in its way. */
async function unlessInTheWay<T>(run: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries++)
    try {
      return await run()
    } catch (error) {
      if (tries === TRIES || !isCollision(error)) throw error
    }
}
