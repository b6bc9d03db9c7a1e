import { existsSync } from 'node:fs'
import { readConfig } from '@pumphandle/collector/config'
import type { DatabaseAddress, Reader, Store } from '@pumphandle/collector/store'
import type { Settings } from './config/settings.ts'
import { CliError, EXIT } from './exit-codes.ts'

/**
 * The collector's SQLite file, which may be there or not.
 * @param dataDir where it is not given: of PUMPHANDLE_DATA, or ./data
 * @throws CliError for a collector on PostgreSQL
 */
export function databaseAddress({ env }: Settings, dataDir: string | undefined): string {
  const { database } = readConfig(env, dataDir === undefined ? [] : ['--data', dataDir])
  if (database.kind === 'sqlite') return database.file
  throw new CliError('This is for SQLite; copy a PostgreSQL with its own pg_dump and pg_restore.', EXIT.usage)
}

/** The same, which is there. @throws CliError */
export function databaseFile(settings: Settings, dataDir: string | undefined): string {
  const file = databaseAddress(settings, dataDir)
  if (existsSync(file)) return file
  throw new CliError(`There is no database ${file}; give --data the folder that \`pumphandle serve\` uses.`, EXIT.usage)
}

/**
 * Works on the collector's own database, for the first token and the first user: who may write the data folder is an
 * admin anyway.
 * @throws (rejects) CliError where it cannot be opened, with a sentence that says why and what to do
 */
export async function withLocalStore<T>(
  { env }: Settings,
  dataDir: string,
  work: (store: Store) => Promise<T>,
): Promise<T> {
  const database = databaseIn(env, dataDir)
  const { openUsedStore } = await import('@pumphandle/collector')
  const store = await openUsedStore(database).catch((error: Error) => {
    throw error.name === 'StartError' ? new CliError(error.message, EXIT.refused) : error
  })
  try {
    return await work(store)
  } finally {
    await store.close()
  }
}

/** Reads the collector's own database as it is: also of one that runs, or is older, and changes nothing in it. */
export async function withRecorded<T>(
  { env }: Settings,
  dataDir: string,
  work: (db: Reader) => Promise<T>,
): Promise<T> {
  const database = databaseIn(env, dataDir)
  const { openRecorded } = await import('@pumphandle/collector/store')
  const db = openRecorded(database)
  try {
    return await work(db)
  } finally {
    await db.destroy()
  }
}

/** @throws CliError where there is none */
function databaseIn(env: Settings['env'], dataDir: string): DatabaseAddress {
  const { database } = readConfig(env, ['--data', dataDir])
  if (database.kind === 'sqlite' && !existsSync(database.file))
    throw new CliError(
      `There is no collector's database in ${dataDir}; give --data the folder that \`pumphandle serve\` uses.`,
      EXIT.usage,
    )
  return database
}
