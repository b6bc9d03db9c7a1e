import type { Places } from '@pumphandle/shared/api'
import type { Clock } from '@pumphandle/shared/clock'
import { MINUTE } from '@pumphandle/shared/time'
import type { Logger } from '../log/logger.ts'
import { placesKey } from '../model/places.ts'
import type { Actor } from '../people/index.ts'
import type { Handlers } from './http/call.ts'
import type { Dismissed, LiveHub } from './live/hub.ts'

/** The API over the whole fleet, or over some places of it. */
export interface World {
  readonly handlers: Handlers
  readonly hub: LiveHub
  close(): Promise<void>
}

/** What was made for somebody's places goes when nobody has asked for this long and no page is open. */
const IDLE_MS = 10 * MINUTE
/** Different places that are looked at at once: each costs its machines' columns and some hundred calls a second. */
const MOST = 300

interface Made {
  readonly world: Promise<World>
  hub: LiveHub | undefined
  usedAt: number
}

/** One world for all who have the same places, made when the first of them asks. */
export class Worlds {
  readonly whole: World
  readonly #make: (places: Places) => Promise<World>
  readonly #clock: Clock
  readonly #log: Logger
  readonly #made = new Map<string, Made>()
  readonly #stop: () => void

  constructor(whole: World, make: (places: Places) => Promise<World>, clock: Clock, log: Logger) {
    this.whole = whole
    this.#make = make
    this.#clock = clock
    this.#log = log
    this.#stop = clock.every(MINUTE, () => this.#tidy(IDLE_MS))
  }

  /** What somebody asks of; a stranger is told of nothing but by public routes. */
  async of(actor: Actor | undefined): Promise<World> {
    const places = actor?.places ?? null
    if (places === null) return this.whole
    const key = placesKey(places)
    const now = this.#clock.now()
    let made = this.#made.get(key)
    if (!made) {
      if (this.#made.size >= MOST) this.#tidy(0)
      const fresh: Made = { world: this.#make(places), hub: undefined, usedAt: now }
      made = fresh
      this.#made.set(key, fresh)
      fresh.world.then(
        (world) => void (fresh.hub = world.hub),
        // the next who asks tries again
        () => this.#made.delete(key),
      )
    }
    made.usedAt = now
    return made.world
  }

  /** Ends streams whose right to read has ended or is another now. */
  dismiss(who: Dismissed): void {
    for (const hub of this.hubs()) hub.dismiss(who)
  }

  *hubs(): Iterable<LiveHub> {
    yield this.whole.hub
    for (const { hub } of this.#made.values()) if (hub) yield hub
  }

  async close(): Promise<void> {
    this.#stop()
    const worlds = [...this.#made.values()].map(({ world }) => world.then((made) => made.close()))
    this.#made.clear()
    await Promise.allSettled([...worlds, this.whole.close()])
  }

  /** Ends those that nobody used for `ms` and that no page is open on. */
  #tidy(ms: number): void {
    const now = this.#clock.now()
    for (const [key, { world, hub, usedAt }] of this.#made) {
      if (now - usedAt < ms || !hub || hub.pages > 0) continue
      this.#made.delete(key)
      world
        .then((made) => made.close())
        .catch((error: unknown) => this.#log.error({ err: error }, 'a view of some places did not end well'))
    }
  }
}
