import { randomInt } from 'node:crypto'
import type { RequestListener } from 'node:http'
import { createServer } from 'node:http'
import { Gateway } from '../gateway/gateway.ts'
import { createHttpServer, listen, listenPrivately } from '../gateway/http-server.ts'
import type { LocalCore } from '../gateway/local-core.ts'
import { openFilesLimit, socketShares } from '../gateway/open-files.ts'
import { GatewayPool } from '../gateway/process/pool.ts'
import { remoteOf } from '../gateway/remote.ts'
import { Strangers } from '../gateway/strangers.ts'
import type { Context } from './context.ts'

/** Where agents and people come in. */
export interface FrontDoor {
  /** Without a slash at the end. */
  readonly url: string
  /** Lets nobody in any more; those who are in stay. */
  shut(): void
  /** Ends every connection. */
  close(): Promise<void>
}

type Owner = Pick<Context, 'config' | 'clock' | 'log'> & { readonly core: LocalCore }

/**
 * Opens it, in this process or in gateway processes; see decision 0006.
 *
 * @param app answers what is no agent's socket
 * @throws (rejects) ConfigError or StartError
 */
export function openFrontDoor(owner: Owner, app: RequestListener): Promise<FrontDoor> {
  return owner.config.gateways === 0 ? openHere(owner, app) : openGateways(owner, app)
}

async function openHere({ config, clock, log, core }: Owner, app: RequestListener): Promise<FrontDoor> {
  const server = createHttpServer(config, app)
  const shares = socketShares(config.maxConnections, openFilesLimit())
  if (shares.agents < config.maxConnections)
    log.warn({ agents: shares.agents }, 'this process may open too few files for so many agents; raise its limit')
  const strangers = new Strangers(shares.strangers)
  strangers.watch(server)
  const gateway = new Gateway({
    clock,
    log,
    core,
    strangers,
    maxConnections: shares.agents,
    random: () => randomInt(1_000_000) / 1_000_000,
    remoteOf: remoteOf(config.trustProxy),
  })
  server.on('upgrade', (request, socket, head) => gateway.take(request, socket, head))
  return {
    url: await listen(server, config),
    shut: () => void server.close(),
    async close() {
      gateway.close()
      server.closeAllConnections()
    },
  }
}

async function openGateways(owner: Owner, app: RequestListener): Promise<FrontDoor> {
  const { config } = owner
  // a certificate that cannot be used is said here, before any process is started
  createHttpServer(config, app)
  const server = createServer(app)
  const { path, remove } = await listenPrivately(server)
  const end = () => {
    server.close()
    server.closeAllConnections()
    remove()
  }
  try {
    const pool = await GatewayPool.start({
      ...owner,
      size: config.gateways,
      upstream: path,
    })
    return {
      url: pool.url,
      shut: () => void server.close(),
      async close() {
        await pool.close()
        end()
      },
    }
  } catch (error) {
    end()
    throw error
  }
}
