import { SteadyClock } from '@pumphandle/shared/steady-clock'
import { startCommonsServer } from '../commons/index.ts'
import type { Config } from '../config/index.ts'
import { createLogger } from '../log/logger.ts'
import { startBrain } from './brain.ts'
import { startCollector } from './collector.ts'
import { startEdge } from './edge.ts'
import type { Program } from './role.ts'
import { startServe } from './serve.ts'

export type { Program }

/**
 * Starts what the configuration's role says, in this process.
 * @throws (rejects) ConfigError or StartError, one sentence that says what to do
 */
export async function startProgram(config: Config): Promise<Program> {
  switch (config.role) {
    case 'commons':
      return startCommonsServer({ config, clock: new SteadyClock(), log: createLogger(config.logLevel) })
    case 'edge':
      return startEdge(config)
    case 'brain':
      return startBrain(config)
    case 'serve':
      return startServe(config)
    case 'all': {
      const { signInLink, ...collector } = await startCollector(config)
      return { ...collector, signInLink: async () => signInLink }
    }
  }
}
