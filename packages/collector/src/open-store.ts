import { mkdirSync } from 'node:fs'
import type { Config } from './config/index.ts'
import type { Logger } from './log/logger.ts'
import { openStore, type Store } from './store/index.ts'

/** A start that failed for a reason that a person can mend; the message is one sentence that says what to do. */
export class StartError extends Error {
  override readonly name = 'StartError'
}

/** Opens the configured database, and makes its folder. @throws StartError */
export async function openStoreOf(config: Config, log: Logger): Promise<Store> {
  try {
    mkdirSync(config.dataDir, { recursive: true, mode: 0o700 })
  } catch (error) {
    throw unwritable(config.dataDir, error)
  }
  try {
    return await openStore(config.database, {
      onError: (error) => log.warn({ err: error }, 'a connection to the database broke; the next one is opened'),
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

function unwritable(path: string, error: unknown): StartError {
  const why = (error as Error).message
  return new StartError(
    `Cannot write ${path} (${why}); make it writable, or set PUMPHANDLE_DATA to a folder that is.`,
    { cause: error },
  )
}
