import type { ClientRequest, RequestListener } from 'node:http'
import type { Clock } from '@pumphandle/shared/clock'
import { Coalesced } from '@pumphandle/shared/flow'
import { SECOND } from '@pumphandle/shared/time'
import { forwardTo } from '../gateway/process/forward.ts'
import { readBrain } from '../store/cluster/brain.ts'
import type { Store } from '../store/index.ts'

/** How often it is looked which brain is the active one. */
const LOOK_EVERY_MS = SECOND

export interface ToBrainOptions {
  readonly store: Store
  readonly clock: Clock
  readonly isSecure: boolean
  readonly trustProxy: boolean
}

/**
 * Hands pages' and tools' requests to the active brain. It keeps nothing: any edge or serve may answer any request, and a
 * live stream that broke goes on through another one, from where it was.
 */
export class ToBrain {
  readonly #options: ToBrainOptions
  readonly #stop: () => void
  readonly #looks = new Coalesced(() => this.#look())
  readonly #open = new Set<ClientRequest>()
  #holder = ''
  #url: URL | undefined
  readonly listener: RequestListener

  constructor(options: ToBrainOptions) {
    this.#options = options
    this.listener = forwardTo({
      ...options,
      upstream: () => this.#url,
      onAsked: (request) => {
        this.#open.add(request)
        request.once('close', () => this.#open.delete(request))
      },
    })
    this.#stop = options.clock.every(LOOK_EVERY_MS, () => {
      if (!this.#looks.isRunning) void this.#looks.ask()
    })
    void this.#looks.ask()
  }

  /** Whether an active brain is known. */
  get isKnown(): boolean {
    return this.#url !== undefined
  }

  async close(): Promise<void> {
    this.#stop()
    await this.#looks.settled()
    this.#letGo()
  }

  async #look(): Promise<void> {
    try {
      const { holder, address } = await readBrain(this.#options.store.reader)
      if (holder === this.#holder) return
      this.#holder = holder
      this.#url = holder === '' ? undefined : new URL(address)
      // one that stands still would keep its streams open and silent
      this.#letGo()
    } catch {
      // what fails is known to the store; the brain that is known may answer all the same
    }
  }

  #letGo(): void {
    for (const request of this.#open) request.destroy()
    this.#open.clear()
  }
}
