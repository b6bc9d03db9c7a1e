import { readEnvironment } from '../config/environment.ts'
import { plainSealer, type Sealer } from '../config/settings-file.ts'
import { openWindowsHost, type WindowsHost } from '../windows/host.ts'
import type { Station } from './identity.ts'
import type { ConnectionOptions } from './options.ts'

/** This computer, as options and environment describe it. */
export interface Surroundings extends Station {
  /** Root of the volume that is read. */
  volume: string
  /** The running Windows; absent elsewhere. */
  windows: WindowsHost | undefined
  /** The running Windows, where the volume is its own. */
  live: WindowsHost | undefined
  sealer: () => Sealer
}

/** Loads nothing of Windows yet. */
export function readSurroundings(options: Pick<ConnectionOptions, 'data' | 'volume'>): Surroundings {
  const environment = readEnvironment()
  const windows = environment.isWindows ? openWindowsHost(environment.volume) : undefined
  return {
    dataFolder: options.data ?? environment.dataFolder,
    volume: options.volume ?? environment.volume,
    windows,
    live: options.volume === undefined ? windows : undefined,
    sealer: () => windows?.sealer() ?? plainSealer,
    signOn: windows && (() => windows.signOn()),
  }
}
