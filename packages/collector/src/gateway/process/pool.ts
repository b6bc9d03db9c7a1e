import { type ChildProcess, spawn } from 'node:child_process'
import type { Socket } from 'node:net'
import { fileURLToPath } from 'node:url'
import type { Clock } from '@pumphandle/shared/clock'
import { backoffMs } from '@pumphandle/shared/flow'
import type { Logger } from '../../log/logger.ts'
import { listenAddress } from '../../model/address.ts'
import { StartError } from '../../model/start-error.ts'
import { checkPort } from '../http-server.ts'
import type { LocalCore } from '../local-core.ts'
import { Attached } from './attached.ts'
import { ALIVE_MS, type GatewayConfig, type ToCore, type ToGateway } from './messages.ts'
import { Pipe } from './pipe.ts'

const MAIN = fileURLToPath(new URL('main.ts', import.meta.url))
/** Where a process finds its pipe: after standard input, output and error. */
const PIPE_FD = 3
/** A gateway that leaves more bytes than this unread hangs: acks for 18,000 machines are 1 MB. */
const MAX_WAITING_BYTES = 64 * 1024 * 1024
/** Signs of life that may be missed before a gateway counts as hung, and is replaced. */
const MAX_MISSED = 4
/** How long until a gateway that ended is started again. */
const RESTART = { firstMs: 500, mostMs: 30_000 } as const
/** Milliseconds that gateways have to close their connections. */
const END_WITHIN_MS = 2_000

/** Tries of the first start. */
const FIRST_TRIES = 3

/** It ended without a word. */
class Died extends StartError {}

export interface PoolOptions {
  readonly size: number
  readonly config: GatewayConfig
  /** Path of the core's own HTTP server. */
  readonly upstream: string
  readonly core: LocalCore
  readonly clock: Clock
  readonly log: Logger
}

interface Running {
  readonly process: ChildProcess
  readonly pipe: Pipe<ToCore, ToGateway>
  readonly exited: Promise<void>
}

/** The gateway processes of this collector, which share one port. One that ends is started again. */
export class GatewayPool {
  readonly #options: PoolOptions
  readonly #running = new Set<Running>()
  #port: number
  #isClosing = false

  private constructor(options: PoolOptions) {
    this.#options = options
    this.#port = options.config.port
  }

  /**
   * Starts them; resolves when all listen.
   * @throws (rejects) StartError when the port is taken, or a gateway cannot listen
   */
  static async start(options: PoolOptions): Promise<GatewayPool> {
    // processes of one user share a port without a word: another program's must be noticed before
    await checkPort(options.config)
    const pool = new GatewayPool(options)
    try {
      // the first finds the port where any will do
      for (let n = 0; n < options.size; n++) pool.#port = await pool.#runFirst()
    } catch (error) {
      await pool.close()
      throw error
    }
    return pool
  }

  get url(): string {
    return listenAddress(this.#options.config, this.#port)
  }

  /** Tells them that the certificate may have been renewed; they find it by themselves within seconds. */
  lookAnew(): void {
    for (const { pipe } of this.#running) pipe.send({ t: 'look' })
  }

  async close(): Promise<void> {
    this.#isClosing = true
    const { clock } = this.#options
    const running = [...this.#running]
    for (const { pipe } of running) pipe.send({ t: 'end' })
    const cancel = clock.after(END_WITHIN_MS, () => {
      for (const { process: child } of running) child.kill('SIGKILL')
    })
    await Promise.all(running.map(({ exited }) => exited))
    cancel()
  }

  /** One that dies before it listens is tried again, as any that dies later; what it says itself is final. */
  async #runFirst(): Promise<number> {
    for (let tries = 1; ; tries++)
      try {
        return await this.#run()
      } catch (error) {
        if (!(error instanceof Died) || tries === FIRST_TRIES) throw error
      }
  }

  /** Runs one gateway from its start to its end; resolves with its port when it listens. */
  #run(failuresBefore = 0): Promise<number> {
    const { config, upstream, core, log, clock } = this.#options
    const child = spawn(process.execPath, [MAIN], { stdio: ['ignore', 'inherit', 'inherit', 'pipe'] })
    let missed = 0
    let isSettled = false
    let failures = failuresBefore
    return new Promise((resolve, reject) => {
      const pipe: Pipe<ToCore, ToGateway> = new Pipe({
        socket: child.stdio[PIPE_FD] as Socket,
        onMessage: (message) => {
          missed = 0
          attached.hangs(false)
          if (message.t === 'listening') {
            failures = 0
            isSettled = true
            resolve(message.port)
          } else if (message.t === 'failed') reject(new StartError(message.message))
          else if (message.t !== 'alive') attached.take(message)
        },
        onEnd: () => child.kill('SIGKILL'),
        maxWaitingBytes: MAX_WAITING_BYTES,
      })
      const attached = new Attached({ core, log, send: (message) => pipe.send(message) })
      const stopWatching = clock.every(ALIVE_MS, () => {
        missed++
        // one that is late says nothing of its machines, long before it is given up
        attached.hangs(missed > 1)
        if (missed > MAX_MISSED) pipe.destroy()
      })
      const exited = new Promise<void>((done) => child.once('exit', () => done()).once('error', () => done()))
      const running: Running = { process: child, pipe, exited }
      this.#running.add(running)
      void exited.then(() => {
        stopWatching()
        this.#running.delete(running)
        attached.gone()
        const hasListened = isSettled
        reject(new Died('A gateway process ended before it listened; the log above says why.'))
        if (this.#isClosing || !(hasListened || failuresBefore > 0)) return
        failures++
        const againMs = backoffMs(RESTART, failures)
        log.error({ code: child.exitCode, signal: child.signalCode, againMs }, 'a gateway process ended')
        clock.after(againMs, () => {
          if (!this.#isClosing) this.#run(failures).catch(() => undefined)
        })
      })
      pipe.send({ t: 'start', config: { ...config, port: this.#port }, upstream })
    })
  }
}
