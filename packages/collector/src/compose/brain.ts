import { randomUUID } from 'node:crypto'
import type { RequestListener } from 'node:http'
import { hostname } from 'node:os'
import type { Clock } from '@pumphandle/shared/clock'
import { Coalesced } from '@pumphandle/shared/flow'
import { SteadyClock } from '@pumphandle/shared/steady-clock'
import { SECOND } from '@pumphandle/shared/time'
import { BrainLoop } from '../cluster/brain-loop.ts'
import { BrainState } from '../cluster/brain-state.ts'
import type { Config } from '../config/index.ts'
import { Certificate } from '../gateway/certificate.ts'
import { createHttpServer, listen } from '../gateway/http-server.ts'
import { createLogger, type Logger } from '../log/logger.ts'
import { localAddress } from '../model/address.ts'
import { firstAdminLink } from '../people/index.ts'
import { type BrainClaim, Candidate } from '../store/claims/brain.ts'
import { beatOfBrain } from '../store/cluster/brain.ts'
import type { Store } from '../store/index.ts'
import { openShared } from './cluster-store.ts'
import type { Context, Overrides } from './context.ts'
import { createContext } from './core.ts'
import { endInOrder } from './in-order.ts'
import { openPages } from './pages.ts'
import type { Program } from './role.ts'

/** How often it is looked whether the active brain is there, and how often that one says so. */
const LOOK_EVERY_MS = SECOND
/** A brain that says nothing for so long is taken over from: long enough for one that loads a large fleet. */
const LATE_MS = 6 * SECOND
/** The longest that one look counts for: a database that does not answer says nothing of the brain. */
const LOOK_MS = 2 * SECOND

/** The active brain of this process. */
interface Active {
  readonly context: Context
  readonly app: RequestListener
  close(): Promise<void>
}

/** A brain that stands by until no other is active, and is the active one from then on, to its end. */
export interface Brain extends Program {
  /** Once it is the active one. */
  readonly active: Promise<Context>
}

/**
 * Starts a brain. It listens at once, and answers pages once it is the active one.
 * @throws StartError, one sentence that says what to do
 */
export async function startBrain(config: Config, overrides: Overrides = {}): Promise<Brain> {
  const log = overrides.log ?? createLogger(config.logLevel)
  const clock = overrides.clock ?? new SteadyClock()
  if (config.database.kind !== 'postgres') throw new Error('a brain is over PostgreSQL')
  const certificate = Certificate.open(config, clock, log)
  // brings the tables up to date
  await (await openShared(config, log, clock)).close()
  let answer: RequestListener = standingBy
  const server = createHttpServer(certificate, (request, response) => answer(request, response))
  const url = await listen(server, config)
  const candidate = new Candidate(
    config.database.url,
    `${hostname().slice(0, 20)}-${process.pid}-${randomUUID().slice(0, 8)}`,
  )
  const active = Promise.withResolvers<Context>()
  const ended = Promise.withResolvers<number>()
  active.promise.catch(() => undefined)
  let running: Promise<Active> | undefined

  const lookout = new Lookout(clock)
  const looks = new Coalesced(async () => {
    if (running) return
    try {
      const isLate = lookout.isLate(await candidate.see())
      if (isLate === undefined) return
      const claim = await candidate.take(config.peerUrl ?? url, isLate)
      if (!claim) return
      stop()
      running = activate({
        config,
        overrides: { ...overrides, log, clock },
        log,
        clock,
        claim,
        certificate,
        onLost: () => ended.resolve(1),
      })
      running.then(
        ({ context, app }) => {
          answer = app
          active.resolve(context)
        },
        (error: unknown) => {
          log.fatal({ err: error }, 'the brain could not take over')
          ended.resolve(1)
        },
      )
    } catch (error) {
      log.warn({ err: error }, 'the active brain cannot be looked at; tried again in a second')
    }
  })
  const stop = clock.every(LOOK_EVERY_MS, () => {
    if (!looks.isRunning) void looks.ask()
  })
  void looks.ask()
  log.info({ at: url }, 'brain stands by')
  const context = active.promise
  return {
    url,
    active: context,
    lookAnew: () => void certificate?.look(),
    ended: ended.promise,
    async signInLink() {
      const link = await firstAdminLink((await context).store, clock)
      return link && `${localAddress(config, Number(new URL(url).port))}${link.path}`
    },
    close: () =>
      endInOrder(log, [
        () => stop(),
        () => looks.settled(),
        () => certificate?.close(),
        async () => (await running?.catch(() => undefined))?.close(),
        () => candidate.close(),
        () => void server.close(),
        () => server.closeAllConnections(),
      ]),
  }
}

/** Watches the active brain by what it was seen to say. */
class Lookout {
  readonly #clock: Clock
  #beat = -1
  #quietMs = 0
  #lookedAt: number | undefined

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** Whether to take over, and if so whether the other one has to be ended first; undefined: it is there. */
  isLate({ beat, holder }: { readonly beat: number; readonly holder: string }): boolean | undefined {
    const now = this.#clock.now()
    const sinceLast = Math.min(LOOK_MS, now - (this.#lookedAt ?? now))
    this.#lookedAt = now
    this.#quietMs = beat === this.#beat ? this.#quietMs + sinceLast : 0
    this.#beat = beat
    if (holder === '') return false
    return this.#quietMs >= LATE_MS ? true : undefined
  }
}

interface Taking {
  readonly config: Config
  readonly overrides: Overrides
  readonly log: Logger
  readonly clock: Clock
  readonly claim: BrainClaim
  readonly certificate: Certificate | undefined
  readonly onLost: () => void
}

async function activate({ config, overrides, log, clock, claim, certificate, onLost }: Taking): Promise<Active> {
  if (config.database.kind !== 'postgres') throw new Error('a brain is over PostgreSQL')
  const began = clock.now()
  const store: Store = await openShared(config, log, clock, claim)
  // from now on, also while it reads what the other one knew
  const stopBeat = clock.every(LOOK_EVERY_MS, () => {
    beatOfBrain(store.db).catch(() => {
      // what fails is known to the store
    })
  })
  const state = await BrainState.read({ store, clock, log, onTaken: overrides.onTaken })
  const context = await createContext(config, overrides, {
    claimed: { store, claim, unsure: undefined },
    state,
    certificate,
  })
  const pages = await openPages(context)
  const { fleet, follower } = context
  const loop = new BrainLoop({
    clock,
    log,
    store,
    url: config.database.url,
    fleet,
    follower,
    reader: state.reader,
    onLost() {
      log.fatal('another brain has taken over; this one ends')
      onLost()
    },
  })
  for (const at of [0, 1, 2]) context.healthParts.also(() => loop.problems[at])
  // the next one goes on from here, however soon it has to
  context.detection.snapshot(clock.now()).catch((error: unknown) => {
    log.warn({ err: error }, 'what the brain knows could not be taken down; tried again in a minute')
  })
  log.info({ term: claim.term, ms: clock.now() - began }, 'brain is active')
  return {
    app: pages.app,
    context,
    close: () => endInOrder(log, [() => loop.close(), () => pages.close(), () => stopBeat(), () => context.close()]),
  }
}

const standingBy: RequestListener = (request, response) => {
  const isAlive = request.url === '/livez'
  response.writeHead(isAlive ? 200 : 503, { 'content-type': 'text/plain', ...(isAlive ? {} : { 'retry-after': '5' }) })
  response.end(isAlive ? 'ok\n' : 'This brain stands by; ask an edge or a serve.\n')
}
