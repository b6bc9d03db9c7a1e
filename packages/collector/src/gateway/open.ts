import { randomInt } from 'node:crypto'
import type { RequestListener, Server } from 'node:http'
import type { Clock } from '@pumphandle/shared/clock'
import type { Config } from '../config/index.ts'
import type { Logger } from '../log/logger.ts'
import type { Certificate } from './certificate.ts'
import type { Core } from './core.ts'
import { Gateway } from './gateway.ts'
import { createHttpServer } from './http-server.ts'
import { openFilesLimit, socketShares } from './open-files.ts'
import { remoteOf } from './remote.ts'
import { Strangers } from './strangers.ts'

/** A server whose upgrades are agents' sockets; it listens to nothing yet. */
export interface OpenGateway {
  readonly server: Server
  /** Of agents' sockets: as many as the configuration asks for, and as the process may have. */
  readonly maxAgents: number
  /** Ends every connection. */
  readonly end: () => void
}

/**
 * Makes it, in the collector's own process and in a gateway process alike.
 * @param app answers what is no agent's socket
 */
export function openGateway(
  given: {
    readonly clock: Clock
    readonly log: Logger
    readonly core: Core
    readonly config: Pick<Config, 'trustProxy' | 'proxies' | 'maxConnections'> & { readonly isUnbounded?: boolean }
  },
  certificate: Certificate | undefined,
  app: RequestListener,
): OpenGateway {
  const { config, ...parts } = given
  const server = createHttpServer(certificate, app, config)
  const shares = socketShares(config.maxConnections, openFilesLimit())
  const strangers = new Strangers(shares.strangers, given.clock)
  strangers.watch(server)
  const gateway = new Gateway({
    ...parts,
    strangers,
    maxConnections: shares.agents,
    random: () => randomInt(1_000_000) / 1_000_000,
    remoteOf: remoteOf(config.trustProxy),
    isUnbounded: config.isUnbounded === true,
  })
  server.on('upgrade', (request, socket, head) => gateway.take(request, socket, head))
  return {
    server,
    maxAgents: shares.agents,
    end() {
      gateway.close()
      server.closeAllConnections()
    },
  }
}
