import { SteadyClock } from '@pumphandle/shared/steady-clock'
import { startCommonsServer } from '../commons/index.ts'
import type { Config } from '../config/index.ts'
import { createLogger } from '../log/logger.ts'
import { startCollector } from './collector.ts'

/** What a process runs, whatever its role. */
export interface Program {
  /** Where it listens, without a slash at the end. */
  readonly url: string
  /** Makes the first admin of a collector, once. To be printed, never logged. */
  readonly signInLink?: string | undefined
  close(): Promise<void>
}

/**
 * Starts what the configuration's role says, in this process.
 * @throws (rejects) ConfigError or StartError, one sentence that says what to do
 */
export function startProgram(config: Config): Promise<Program> {
  if (config.role === 'commons')
    return startCommonsServer({ config, clock: new SteadyClock(), log: createLogger(config.logLevel) })
  return startCollector(config)
}
