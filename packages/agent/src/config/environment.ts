import { join } from 'node:path'

/** What the agent takes from its surroundings where no option and no setting says otherwise. */
export interface Environment {
  /** Folder for settings, spool and log. */
  dataFolder: string
  /** Root of the Windows volume that is read. */
  volume: string
  isWindows: boolean
}

const NAME = 'PumphandleAgent'

/** Reads the environment; the installed service is given its data folder on its command line instead. */
export function readEnvironment(): Environment {
  const isWindows = process.platform === 'win32'
  const programData = process.env.ProgramData ?? 'C:\\ProgramData'
  return {
    dataFolder: process.env.PUMPHANDLE_AGENT_DATA ?? (isWindows ? join(programData, NAME) : join('data', 'agent')),
    volume: `${process.env.SystemDrive ?? 'C:'}\\`,
    isWindows,
  }
}
