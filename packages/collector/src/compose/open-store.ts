import { chmodSync, existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { dirname } from 'node:path'
import type { Clock } from '@pumphandle/shared/clock'
import type { Config } from '../config/index.ts'
import type { KeptFile } from '../jobs/file-check.ts'
import type { Logger } from '../log/logger.ts'
import { statementsOf, type Trace } from '../log/trace.ts'
import { StartError } from '../model/start-error.ts'
import { VERSION } from '../model/version.ts'
import { type Claim, Claimed, claimFile, claimServer, openStore, type Store } from '../store/index.ts'
import { endedUncleanly, fileState } from '../store/integrity.ts'
import { writeSnapshot } from '../store/snapshots.ts'
import { absentDatabase, unusable, unwritable } from './unusable.ts'

interface How {
  /** Writes wait for the disk in a thread of their own. */
  readonly ownThread: boolean
  readonly trace: Trace | undefined
}

/** A store, and the right to be the only collector on it. */
export interface ClaimedStore {
  readonly store: Store
  readonly claim: Claim & { readonly isHeld?: boolean; readonly takeAgain?: () => Promise<void> }
  readonly file: KeptFile | undefined
}

/**
 * Claims and opens the configured database, and makes its folder. A place that had a fleet never starts empty by itself.
 * @throws StartError, one sentence for each of what can be wrong
 */
export async function openStoreOf(config: Config, log: Logger, clock: Clock, how: How): Promise<ClaimedStore> {
  try {
    makeFolder(config.dataDir)
  } catch (error) {
    throw unwritable(config.dataDir, error)
  }
  const claim = await claimed(config, nameOf(process.pid))
  try {
    const { database } = config
    const file =
      database.kind === 'sqlite' ? { path: database.file, isUnsure: endedUncleanly(database.file) } : undefined
    const store = await open(config, log, clock, how)
    await writeSnapshot(store.db, 'program', { at: clock.now(), seq: 0, body: JSON.stringify({ version: VERSION }) })
    return { store, claim, file }
  } catch (error) {
    await claim.release()
    throw error instanceof StartError ? error : unusable(config.database, error)
  }
}

async function claimed({ database, dataDir }: Config, me: string): Promise<ClaimedStore['claim']> {
  try {
    return await (database.kind === 'sqlite' ? claimFile(database.file, me) : claimServer(database.url, me, hasEnded))
  } catch (error) {
    if (!(error instanceof Claimed)) throw unusable(database, error)
    const what = database.kind === 'sqlite' ? `The database ${database.file}` : 'The database at PUMPHANDLE_DATABASE'
    const other = database.kind === 'sqlite' ? `PUMPHANDLE_DATA to another folder than ${dataDir}` : 'another database'
    throw new StartError(`${what} is in use by another collector (${error.holder}); end that one, or set ${other}.`, {
      cause: error,
    })
  }
}

/**
 * Opens a database that a collector has used, and may be using.
 * @throws StartError, one sentence for each of what can be wrong
 */
export async function openUsedStore(database: Config['database']): Promise<Store> {
  try {
    const state = database.kind === 'sqlite' ? fileState(database.file) : 'database'
    if (database.kind === 'sqlite' && state !== 'database')
      throw absentDatabase(database.file, state, knownBeside(database.file))
    return await openStore(database)
  } catch (error) {
    throw error instanceof StartError ? error : unusable(database, error)
  }
}

/** This file says that a fleet was kept in that one. */
const knownBeside = (file: string): string => `${file}.known`

/** Told to whoever comes second, and to the server, which takes 63 bytes. */
function nameOf(pid: number): string {
  return `collector process ${pid} on ${hostname().slice(0, 30)}`
}

/** Whether that is the name of a process of this computer that is not there any more. */
function hasEnded(name: string): boolean {
  const pid = Number(/^collector process (\d+) on /.exec(name)?.[1])
  if (!Number.isSafeInteger(pid) || name !== nameOf(pid)) return false
  try {
    process.kill(pid, 0)
    return false
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ESRCH'
  }
}

async function open({ database }: Config, log: Logger, clock: Clock, { ownThread, trace }: How): Promise<Store> {
  const options = {
    ownThread,
    onQuery: trace && statementsOf(database.kind, trace),
    reserve: true,
    now: () => clock.now(),
    onError: (error: Error) => log.warn({ err: error }, 'the database had a fault that it mends by itself'),
  }
  if (database.kind === 'postgres') return openStore(database, options)
  const { file } = database
  const known = knownBeside(file)
  const state = fileState(file)
  if (state !== 'database' && (state !== 'absent' || existsSync(known) || existsSync(`${file}-wal`)))
    throw absentDatabase(file, state, known)
  // made by us, so that nobody else may read it; SQLite's log and index take their modes from it
  if (state === 'absent') writeFileSync(file, '', { mode: 0o600, flag: 'wx' })
  else if (process.platform !== 'win32') chmodSync(file, 0o600)
  const store = await openStore(database, options).catch((error: unknown) => {
    // what was made and never used must not look like a fleet that was lost
    if (state === 'absent' && fileState(file) === 'empty') rmSync(file)
    throw error
  })
  if (!existsSync(known)) {
    const what = state === 'absent' ? 'a new database was made' : 'the database is known from now on'
    log.info({ file }, what)
    writeFileSync(known, 'A fleet was kept beside this file. Delete it only to begin anew without that fleet.\n', {
      mode: 0o600,
    })
  }
  return store
}

/**
 * Makes a folder and those above it, for this user only. Node's own `recursive` never ends where a file system answers
 * that a folder is not there though the one above it is, as /proc does.
 */
function makeFolder(path: string): void {
  if (existsSync(path)) return
  if (dirname(path) !== path) makeFolder(dirname(path))
  mkdirSync(path, { mode: 0o700 })
}
