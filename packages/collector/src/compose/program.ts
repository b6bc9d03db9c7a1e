import { systemClock } from '@pumphandle/shared/clock'
import { SteadyClock } from '@pumphandle/shared/steady-clock'
import pino, { type DestinationStream } from 'pino'
import { startCommonsServer } from '../commons/index.ts'
import type { Config } from '../config/index.ts'
import { createLogger, type Logger } from '../log/logger.ts'
import type { Trace } from '../log/trace.ts'
import { startBrain } from './brain.ts'
import { startCollector } from './collector.ts'
import type { Overrides } from './context.ts'
import { startEdge } from './edge.ts'
import type { Program } from './role.ts'
import { startServe } from './serve.ts'

export type { Program }

/**
 * Starts what the configuration's role says, in this process.
 * @param to where its log goes
 * @throws (rejects) ConfigError or StartError, one sentence that says what to do
 */
export async function startProgram(config: Config, to: DestinationStream = pino.destination(1)): Promise<Program> {
  if (!config.otlp) return start(config, createLogger(config.logLevel, to))
  // takes a tenth of a second to load, and 15 MB
  const { openTelemetry } = await import('../telemetry/otlp.ts')
  const telemetry = openTelemetry(config.otlp, systemClock)
  const log = createLogger(config.logLevel, telemetry.tee(to))
  telemetry.onState((signal, why) => {
    if (why === undefined) log.info(`${signal} are taken again`)
    else
      log.warn({ why }, `${signal} are not taken by PUMPHANDLE_OTLP_URL; what does not fit a bounded queue is left out`)
  })
  try {
    const program = await start(config, log, telemetry.trace)
    const close = async () => {
      await program.close()
      await telemetry.close()
    }
    return { ...program, close }
  } catch (error) {
    await telemetry.close()
    throw error
  }
}

async function start(config: Config, log: Logger, trace?: Trace): Promise<Program> {
  const overrides: Overrides = { log, ...(trace && { trace }) }
  switch (config.role) {
    case 'commons':
      return startCommonsServer({ config, clock: new SteadyClock(), log })
    case 'edge':
      return startEdge(config, overrides)
    case 'brain':
      return startBrain(config, overrides)
    case 'serve':
      return startServe(config, overrides)
    case 'all': {
      const { signInLink, ...collector } = await startCollector(config, overrides)
      return { ...collector, signInLink: async () => signInLink }
    }
  }
}
