import type { RequestListener } from 'node:http'
import type { Clock } from '@pumphandle/shared/clock'
import { SECOND } from '@pumphandle/shared/time'
import { BrainLoop } from '../cluster/brain-loop.ts'
import { BrainState } from '../cluster/brain-state.ts'
import type { Turn } from '../cluster/turn.ts'
import type { Config } from '../config/index.ts'
import type { Certificate } from '../gateway/certificate.ts'
import type { Logger } from '../log/logger.ts'
import { beatOfBrain } from '../store/cluster/brain.ts'
import type { Store } from '../store/index.ts'
import { openShared } from './cluster-store.ts'
import type { Context, Overrides } from './context.ts'
import { createContext } from './core.ts'
import { endInOrder } from './in-order.ts'
import { openPages, type Pages } from './pages.ts'

/** How often an active brain says that it is there. */
const BEAT_EVERY_MS = SECOND
/** Until one that stands by looks again whether there is anything to go on from. */
const AGAIN_MS = 2 * SECOND

interface Activating {
  readonly config: Config
  readonly overrides: Overrides
  readonly log: Logger
  readonly clock: Clock
  readonly turn: Turn
  readonly certificate: Certificate | undefined
  /** It judges, and answers pages, from now on. */
  readonly onActive: (context: Context, app: RequestListener) => void
  /** Another brain has taken over: nothing that this one does counts any more. */
  readonly onLost: () => void
}

/** A brain of this process: stands by, warm, until its turn, and is the active one then. Undefined: it ended before. */
export async function activate(given: Activating): Promise<{ close(): Promise<void> } | undefined> {
  const { config, log, clock, turn } = given
  if (config.database.kind !== 'postgres') throw new Error('a brain is over PostgreSQL')
  let beginning = clock.now()
  let current: Store | undefined
  let stopBeat = (): void => undefined
  turn.onCome((claim) => {
    beginning = clock.now()
    current?.become(claim)
    // from now on, also while it reads what the other one knew
    // not one at a time: a beat that hangs on a dead connection must not keep the next one
    stopBeat = clock.every(BEAT_EVERY_MS, () => {
      if (current)
        beatOfBrain(current.db).catch(() => {
          // what fails is known to the store
        })
    })
  })
  const ready = await standBy(given, (store) => {
    current = store
    // it came while the database was opened
    if (store && turn.claim) store.become(turn.claim)
  })
  if (!ready) return undefined
  const { context, state } = ready
  const { fleet, follower, store } = context
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
      given.onLost()
    },
  })
  for (const at of [0, 1, 2, 3, 4]) context.healthParts.also(() => loop.problems[at])
  log.info({ term: turn.claim?.term, machines: fleet.size, ms: clock.now() - beginning }, 'brain is active')
  let pages: Pages | undefined
  const close = () =>
    endInOrder(log, [() => loop.close(), () => pages?.close(), () => stopBeat(), () => context.close()])
  try {
    // the next one goes on from here, however soon it has to
    context.detection.snapshot(clock.now()).catch((error: unknown) => {
      log.warn({ err: error }, 'what the brain knows could not be taken down; tried again in a minute')
    })
    pages = await openPages(context)
    await pages.ready
    log.info({ ms: clock.now() - beginning }, 'brain answers pages')
    given.onActive(context, pages.app)
    return { close }
  } catch (error) {
    await close()
    throw error
  }
}

interface Ready {
  readonly context: Context
  readonly state: BrainState
}

/** Until it is its turn; undefined where it ended before. @param onStore told which database it uses from now on */
async function standBy(given: Activating, onStore: (store: Store | undefined) => void): Promise<Ready | undefined> {
  const { log, clock, turn } = given
  while (!turn.isOver) {
    try {
      const ready = await follow(given, onStore)
      if (ready) return ready
    } catch (error) {
      if (turn.claim) throw error
      log.warn({ err: error }, 'a brain that stands by cannot follow the active one; tried again')
    }
    onStore(undefined)
    await turn.within(clock, AGAIN_MS)
  }
  return undefined
}

/** Undefined where there is nothing to follow, or what it had learned is not to be gone on from. */
async function follow(
  { config, overrides, log, clock, turn, certificate }: Activating,
  onStore: (store: Store) => void,
): Promise<Ready | undefined> {
  const store = await openShared(config, log, clock, { as: turn.claim ?? 'reader', trace: overrides.trace })
  onStore(store)
  const state = await BrainState.read({ store, log, clock, turn, onTaken: overrides.onTaken }).catch(
    async (error: unknown) => {
      await store.close()
      throw error
    },
  )
  // nothing to go on from: it begins with what is there at its turn
  if (state.at === undefined && !turn.claim) {
    await store.close()
    return undefined
  }
  const claim = {
    get isHeld() {
      return turn.claim?.isHeld ?? true
    },
    takeAgain: async () => turn.claim?.takeAgain(),
    release: async () => {
      if (!state.isStale) await turn.claim?.release()
    },
  }
  const claimed = { store, claim, file: undefined }
  try {
    return {
      state,
      context: await createContext(config, { ...overrides, log, clock }, { claimed, state, certificate }),
    }
  } catch (error) {
    if (state.isStale) return undefined
    throw error
  }
}
