import { Socket } from 'node:net'
import { systemClock as clock } from '@pumphandle/shared/clock'
import { createLogger } from '../../log/logger.ts'
import { Certificate } from '../certificate.ts'
import { listen } from '../http-server.ts'
import { openGateway } from '../open.ts'
import { forwardTo } from './forward.ts'
import { ALIVE_MS, type GatewayConfig, type ToCore, type ToGateway } from './messages.ts'
import { Pipe } from './pipe.ts'
import { remoteCore } from './remote-core.ts'

// A gateway process: holds agents' sockets, ends TLS, authenticates, bounds, parses and validates. Started by ./pool.ts.

/** The pipe to the core, as ./pool.ts hands it over. */
const PIPE_FD = 3
/** A core that leaves more bytes than this unread is gone: a fleet's reconnect of 18,000 hellos has 10 MB. */
const MAX_WAITING_BYTES = 64 * 1024 * 1024

const pipe = new Pipe<ToGateway, ToCore>({
  socket: new Socket({ fd: PIPE_FD, readable: true, writable: true }),
  onMessage: take,
  // without its core it can answer nobody; agents keep what they have
  onEnd: () => process.exit(0),
  maxWaitingBytes: MAX_WAITING_BYTES,
})
const core = remoteCore(pipe)
let close = (): void => undefined
let certificate: Certificate | undefined

function take(message: ToGateway): void {
  if (message.t === 'start') void start(message.config, message.upstream)
  else if (message.t === 'look') void certificate?.look()
  else if (message.t === 'end') {
    close()
    pipe.end()
  } else core.take(message)
}

async function start(config: GatewayConfig, upstream: string): Promise<void> {
  try {
    const log = createLogger(config.logLevel)
    certificate = Certificate.open(config, clock, log)
    const upstreamOf = { upstream, isSecure: config.tls !== undefined, trustProxy: config.trustProxy }
    const { server, end } = openGateway({ clock, log, core, config }, certificate, forwardTo(upstreamOf))
    const url = await listen(server, config, { isShared: true })
    clock.every(ALIVE_MS, () => pipe.send({ t: 'alive' }))
    close = () => {
      server.close()
      end()
    }
    pipe.send({ t: 'listening', port: Number(new URL(url).port) })
  } catch (error) {
    pipe.send({ t: 'failed', message: (error as Error).message })
    pipe.end()
  }
}

// Ctrl-C reaches the whole group of processes: the core says when this one ends
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => undefined)
