import type { Link } from '../../ingest/link.ts'
import type { Session } from '../../ingest/session.ts'
import type { Logger } from '../../log/logger.ts'
import type { LocalCore } from '../local-core.ts'
import type { ToCore, ToGateway } from './messages.ts'

export interface AttachedOptions {
  readonly core: LocalCore
  readonly log: Logger
  readonly send: (message: ToGateway) => void
}

/** One gateway process as the core sees it: its messages become calls of the core, and the core's words messages. */
export class Attached {
  readonly #options: AttachedOptions
  readonly #sessions = new Map<number, Session>()
  #isHanging = false

  constructor(options: AttachedOptions) {
    this.#options = options
  }

  take(message: ToCore): void {
    switch (message.t) {
      case 'authenticate':
        return void this.#authenticate(message.n, message.header)
      case 'hello': {
        const session = this.#options.core.connect(message.who, message.hello, this.#link(message.c))
        if (session) this.#sessions.set(message.c, session)
        return
      }
      case 'frame':
        return this.#sessions.get(message.c)?.receive(message.frame)
      case 'lost':
        this.#sessions.get(message.c)?.lost()
        this.#sessions.delete(message.c)
    }
  }

  /** Whether the process hangs: what its machines say is not heard then, and their silence says nothing. */
  hangs(now: boolean): void {
    if (now === this.#isHanging) return
    this.#isHanging = now
    for (const session of this.#sessions.values()) session.machine.unread += now ? 1 : -1
  }

  /** The process ended: its machines did nothing, and are given the time to come back. */
  gone(): void {
    this.hangs(false)
    for (const session of this.#sessions.values()) session.interrupted()
    this.#sessions.clear()
  }

  async #authenticate(n: number, header: string | undefined): Promise<void> {
    const { core, log, send } = this.#options
    try {
      send({ t: 'authenticated', n, proven: await core.authenticate(header) })
    } catch (error) {
      log.error({ err: error }, 'a machine could not be authenticated')
      send({ t: 'authenticated', n, isUnknown: true })
    }
  }

  #link(c: number): Link {
    const { send } = this.#options
    return {
      send: (frame) => send({ t: 'send', c, frame }),
      refuse: (code, message, retryAfterSeconds, token) =>
        send({ t: 'refuse', c, code, message, retryAfterSeconds, token }),
      pause: () => send({ t: 'pause', c }),
      resume: () => send({ t: 'resume', c }),
    }
  }
}
