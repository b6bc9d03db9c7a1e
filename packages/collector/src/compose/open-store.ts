import { existsSync, mkdirSync } from 'node:fs'
import { dirname } from 'node:path'
import type { Config } from '../config/index.ts'
import type { Logger } from '../log/logger.ts'
import { StartError } from '../model/start-error.ts'
import { openStore, type Store } from '../store/index.ts'

/** Opens the configured database, and makes its folder. @throws StartError */
export async function openStoreOf(config: Config, log: Logger): Promise<Store> {
  try {
    makeFolder(config.dataDir)
  } catch (error) {
    throw unwritable(config.dataDir, error)
  }
  try {
    return await openStore(config.database, {
      onError: (error) => log.warn({ err: error }, 'the database had a fault that it mends by itself'),
    })
  } catch (error) {
    if (config.database.kind === 'sqlite') throw unwritable(config.database.file, error)
    const why = (error as Error).message
    throw new StartError(
      `The database at PUMPHANDLE_DATABASE does not open (${why}); check that it runs and that the address is right.`,
      { cause: error },
    )
  }
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

function unwritable(path: string, error: unknown): StartError {
  const why = (error as Error).message
  return new StartError(
    `Cannot write ${path} (${why}); make it writable, or set PUMPHANDLE_DATA to a folder that is.`,
    { cause: error },
  )
}
