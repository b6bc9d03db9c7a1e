import type { Config } from '../config/index.ts'
import { StartError } from '../model/start-error.ts'
import { storeFaultOf } from '../model/store-fault.ts'
import { unreadOf } from '../store/copies/index.ts'
import { faultOf } from '../store/faults.ts'
import { NewerDatabase } from '../store/index.ts'
import type { FileState } from '../store/integrity.ts'

/** Where the database is not there, or is none, though nothing may be made in its place. */
export function absentDatabase(file: string, state: Exclude<FileState, 'database'>, known: string): StartError {
  const anew = `To begin anew without the fleet that was kept here, move ${known} away`
  const says: Record<typeof state, string> = {
    absent: `The database ${file} is gone, though a fleet was kept there: restore a backup with \`pumphandle restore\`. ${anew}, and what is left of the database with it.`,
    empty: `The database ${file} is an empty file: restore a backup with \`pumphandle restore\`, or move the file away to begin anew.`,
    folder: `${file} is a folder; set PUMPHANDLE_DATABASE to a file, or PUMPHANDLE_DATA to the folder that has the database.`,
    other: `${file} is no database of Pumphandle: its first bytes are of something else. Restore a backup with \`pumphandle restore\`, or set PUMPHANDLE_DATABASE to another file.`,
  }
  return new StartError(says[state])
}

/** What keeps a database from being used, and the way back. */
export function unusable(database: Config['database'], error: unknown): StartError {
  const why = (error as Error).message
  const cause = { cause: error }
  if (error instanceof NewerDatabase) {
    const version =
      error.version === undefined ? 'the newer version that used it last' : `Pumphandle ${error.version} or newer`
    return new StartError(
      `The database was made by a newer version of Pumphandle (${why}); install ${version}, or restore a backup from before.`,
      cause,
    )
  }
  if (database.kind === 'postgres')
    return new StartError(
      `The database at PUMPHANDLE_DATABASE does not open (${why}); check that it runs and that the address is right.`,
      cause,
    )
  const { file } = database
  switch (faultOf(error)) {
    case 'damaged': {
      const unread = unreadOf(file)
      if (unread !== undefined)
        return new StartError(
          `The disk of the database ${file} does not give back what it has (${unread}); look at it, and start again. If it stays so, save what can be read on another disk with \`pumphandle recover ${file} NEW\`, or restore a backup there.`,
          cause,
        )
      return new StartError(
        `The database ${file} is damaged (${why}). Save what can be read with \`pumphandle recover ${file} NEW\`, or restore a backup with \`pumphandle restore\`.`,
        cause,
      )
    }
    case 'full':
      return new StartError(`The disk of ${file} is full (${why}); make room there, and start again.`, cause)
    case 'locked':
      return new StartError(`Another program holds the database ${file} (${why}); end it, and start again.`, cause)
    default:
      return unwritable(file, error)
  }
}

/** What a start failed with, as a sentence where the database is why. */
export function asStartError(database: Config['database'], error: unknown): unknown {
  return storeFaultOf(error) === undefined ? error : unusable(database, error)
}

export function unwritable(path: string, error: unknown): StartError {
  const why = (error as Error).message
  return new StartError(
    `Cannot write ${path} (${why}); make it writable, or set PUMPHANDLE_DATA to a folder that is.`,
    { cause: error },
  )
}
