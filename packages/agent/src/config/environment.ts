import { join } from 'node:path'

/** What the agent takes from its surroundings where no option and no setting says otherwise. */
export interface Environment {
  /** Folder for settings, spool and log. */
  dataFolder: string
  /** Root of the Windows volume that is read. */
  volume: string
  isWindows: boolean
}

/** Reads the environment; the installed service is given its data folder on its command line instead. */
export function readEnvironment(): Environment {
  const isWindows = process.platform === 'win32'
  const programFiles = process.env.ProgramW6432 ?? 'C:\\Program Files'
  return {
    dataFolder:
      process.env.PUMPHANDLE_AGENT_DATA ??
      (isWindows ? join(programFiles, 'PumphandleAgent', 'data') : join('data', 'agent')),
    volume: `${process.env.SystemDrive ?? 'C:'}\\`,
    isWindows,
  }
}
