import type { RequestListener } from 'node:http'
import { createServer } from 'node:http'
import type { CollectorHealth } from '@pumphandle/shared/api'
import type { Config } from '../config/index.ts'
import { Certificate } from '../gateway/certificate.ts'
import { listen, listenPrivately } from '../gateway/http-server.ts'
import type { LocalCore } from '../gateway/local-core.ts'
import { openGateway } from '../gateway/open.ts'
import { openFilesLimit, socketShares } from '../gateway/open-files.ts'
import { GatewayPool } from '../gateway/process/pool.ts'
import type { Context } from './context.ts'

/** Where agents and people come in. */
export interface FrontDoor {
  /** Without a slash at the end. */
  readonly url: string
  /** Looks whether the certificate was renewed, now rather than in ten seconds. */
  readonly lookAnew: () => void
  /** Lets nobody in any more; those who are in stay. */
  shut(): void
  /** Ends every connection. */
  close(): Promise<void>
}

type Owner = Pick<Context, 'config' | 'clock' | 'log'> & {
  readonly core: LocalCore
  readonly certificate?: Certificate | undefined
  /** Machines may send as much as they like: a benchmark's few senders stand for many. */
  readonly isUnbounded?: boolean
}

/**
 * Opens it, in this process or in gateway processes; see decision 0006.
 *
 * @param app answers what is no agent's socket
 * @throws (rejects) ConfigError or StartError
 */
export async function openFrontDoor(given: Owner, app: RequestListener): Promise<FrontDoor> {
  // an edge has no health that tells of its certificate
  const certificate = given.certificate ?? Certificate.open(given.config, given.clock, given.log)
  const owner = { ...given, certificate }
  return owner.config.gateways === 0 ? openHere(owner, app) : openGateways(owner, app)
}

/** Of the machines that there is room for: from then on the next are told to come back. */
const CROWDED_FROM = 0.98

/**
 * What is wrong where this computer lets the collector open too few files for all the machines that come.
 * @returns to be asked with how many are connected
 */
export function crowding({
  gateways,
  maxConnections,
}: Pick<Config, 'gateways' | 'maxConnections'>): (
  connected: number,
) => CollectorHealth['problems'][number] | undefined {
  const ofOne = socketShares(maxConnections, openFilesLimit()).agents
  const room = ofOne * Math.max(1, gateways)
  return (connected) => {
    if (ofOne === maxConnections || connected < room * CROWDED_FROM) return undefined
    return {
      code: 'too-few-files',
      title: `${connected} machines are connected, and this computer lets the collector open no more files: the others are told to come back, and are not heard. Raise its limit (LimitNOFILE of the service, ulimit -n), and start it again.`,
      severity: 'error',
    }
  }
}

async function openHere(
  { certificate, isUnbounded = false, ...owner }: Owner,
  app: RequestListener,
): Promise<FrontDoor> {
  const { config, log } = owner
  const { server, maxAgents, end } = openGateway({ ...owner, config: { ...config, isUnbounded } }, certificate, app)
  if (maxAgents < config.maxConnections)
    log.warn({ agents: maxAgents }, 'this process may open too few files for so many agents; raise its limit')
  return {
    url: await listen(server, config),
    lookAnew: () => void certificate?.look(),
    shut: () => void server.close(),
    async close() {
      await certificate?.close()
      end()
    },
  }
}

async function openGateways(owner: Owner, app: RequestListener): Promise<FrontDoor> {
  const { certificate, config, clock, log, core, isUnbounded = false } = owner
  const server = createServer(app)
  const { path, remove } = await listenPrivately(server)
  const end = () => {
    server.close()
    server.closeAllConnections()
    remove()
  }
  try {
    const pool = await GatewayPool.start({
      config: { ...config, isUnbounded },
      clock,
      log,
      core,
      size: config.gateways,
      upstream: path,
    })
    return {
      url: pool.url,
      lookAnew: () => {
        void certificate?.look()
        pool.lookAnew()
      },
      shut: () => void server.close(),
      async close() {
        await certificate?.close()
        await pool.close()
        end()
      },
    }
  } catch (error) {
    end()
    throw error
  }
}
