import { randomUUID } from 'node:crypto'
import type { RequestListener } from 'node:http'
import { hostname } from 'node:os'
import { Rounds } from '@pumphandle/shared/rounds'
import { SteadyClock } from '@pumphandle/shared/steady-clock'
import { SECOND } from '@pumphandle/shared/time'
import { STANDS_BY } from '../cluster/ask-brain.ts'
import { Lookout } from '../cluster/lookout.ts'
import { Turn } from '../cluster/turn.ts'
import type { Config } from '../config/index.ts'
import { Certificate } from '../gateway/certificate.ts'
import { createHttpServer, listen } from '../gateway/http-server.ts'
import { createLogger } from '../log/logger.ts'
import { localAddress } from '../model/address.ts'
import { patience } from '../model/patience.ts'
import { firstAdminLink } from '../people/index.ts'
import { Candidate } from '../store/claims/brain.ts'
import { activate } from './active-brain.ts'
import { openShared } from './cluster-store.ts'
import type { Context, Overrides } from './context.ts'
import { endInOrder } from './in-order.ts'
import type { Program } from './role.ts'

/** How often it is looked whether the active brain is there. */
const LOOK_EVERY_MS = SECOND

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
  const server = createHttpServer(certificate, (request, response) => answer(request, response), config)
  const url = await listen(server, config)
  const candidate = new Candidate(
    config.database.url,
    `${hostname().slice(0, 20)}-${process.pid}-${randomUUID().slice(0, 8)}`,
  )
  const turn = new Turn()
  const active = Promise.withResolvers<Context>()
  const ended = Promise.withResolvers<number>()
  active.promise.catch(() => undefined)
  const running = activate({
    config,
    overrides,
    log,
    clock,
    turn,
    certificate,
    onActive: (context, app) => {
      answer = app
      active.resolve(context)
    },
    onLost: () => ended.resolve(1),
  })
  running.catch((error: unknown) => {
    log.fatal({ err: error }, 'the brain could not take over')
    ended.resolve(1)
  })

  const lookout = new Lookout(clock)
  const look = async () => {
    if (turn.isDecided) return
    try {
      const isLate = lookout.isLate(await candidate.see())
      if (isLate === undefined) return
      const claim = await candidate.take(config.peerUrl ?? url, isLate)
      if (!claim) return
      void looks.close()
      turn.come(claim)
    } catch (error) {
      log.warn({ err: error }, 'the active brain cannot be looked at; tried again in a second')
    }
  }
  const looks = new Rounds({ clock, everyMs: LOOK_EVERY_MS, run: look })
  void looks.run()
  log.info({ at: url }, 'brain stands by')
  const context = active.promise
  return {
    url,
    active: context,
    lookAnew: () => void certificate?.look(),
    ended: ended.promise,
    async signInLink() {
      const { store } = await context
      const link = await patience(
        clock,
        () => turn.isOver,
      )(() => firstAdminLink(store, clock)).catch((error: unknown) => {
        log.warn({ err: error }, 'no link could be made that makes the first account; the next start makes one')
        return undefined
      })
      return link && `${localAddress(config, url)}${link.path}`
    },
    close: () =>
      endInOrder(log, [
        () => looks.close(),
        () => certificate?.close(),
        () => turn.end(),
        async () => (await running.catch(() => undefined))?.close(),
        () => candidate.close(),
        () => void server.close(),
        () => server.closeAllConnections(),
      ]),
  }
}

const standingBy: RequestListener = (request, response) => {
  const isAlive = request.url === '/livez'
  const says = isAlive ? {} : { 'retry-after': '5', [STANDS_BY]: '1' }
  response.writeHead(isAlive ? 200 : 503, { 'content-type': 'text/plain', ...says })
  response.end(isAlive ? 'ok\n' : 'This brain stands by; ask an edge or a serve.\n')
}
