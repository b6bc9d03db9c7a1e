import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'

/** Between an answer that did not come and the next try, and between two changes. */
const AGAIN_MS = 100
const PACE_MS = 60
/** Changes of one run, at most: each leaves a message, and those go one after the other. */
const MOST_CHANGES = 30
/** Rounds of the notifier come each second, once a collector that was killed is up again. */
const QUIET_MS = 4_000
const PATIENCE_MS = 8_000
/** Conflict: it is being done for the same key, or was cut off. */
const CUT_OFF = 409
const STILL_RUNNING = 'Still running'

const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms))

/** What is done in turn: a note stands as often as it was written, and the others are told by message. */
const TURNS = ['resolve', 'notes', 'reopen', 'notes'] as const

/**
 * Somebody who resolves an incident, opens it again and takes notes of it, and asks once more, by the same key, for what had
 * no answer.
 */
export class Colleague {
  readonly #url: () => string
  readonly #secret: string
  readonly #incident: number
  #isGoing = true
  readonly #noted: string[] = []
  #ended: Promise<void>
  readonly #stop = new AbortController()

  constructor(options: { url: () => string; secret: string; incident: number }) {
    this.#url = options.url
    this.#secret = options.secret
    this.#incident = options.incident
    this.#ended = this.#live()
  }

  /** Notes that were answered, each of which must stand there once. */
  get noted(): readonly string[] {
    return this.#noted
  }

  /** Nothing new; resolves when all that was asked has an answer. */
  async end(): Promise<void> {
    this.#isGoing = false
    await this.#ended
  }

  stop(): void {
    this.#isGoing = false
    this.#stop.abort()
  }

  async #live(): Promise<void> {
    for (let n = 0; this.#isGoing && n < MOST_CHANGES; n++) {
      const what = TURNS[n % TURNS.length] as (typeof TURNS)[number]
      const text = `note-${n}`
      const isKnown = await this.#ask(what, what === 'notes' ? { text } : {}, `key-${n}`)
      if (isKnown && what === 'notes') this.#noted.push(text)
      await pause(PACE_MS)
    }
  }

  /** @returns false where nobody knows whether it was done: the collector went away meanwhile, and says so */
  async #ask(what: string, body: object, key: string): Promise<boolean> {
    while (!this.#stop.signal.aborted) {
      const response = await this.#post(what, body, key)
      if (response?.ok) return true
      if (response?.status === CUT_OFF) {
        const { title } = (await response.json().catch(() => ({}))) as { title?: string }
        if (title !== STILL_RUNNING) return false
      } else if (response && response.status < 500)
        throw new Error(`${what} was answered with ${response.status}: ${await response.text()}`)
      await pause(AGAIN_MS)
    }
    return false
  }

  /** Undefined where there was no answer. */
  async #post(what: string, body: object, key: string): Promise<Response | undefined> {
    try {
      return await fetch(`${this.#url()}/api/v1/incidents/${this.#incident}/${what}`, {
        method: 'POST',
        headers: {
          authorization: `Bearer ${this.#secret}`,
          'content-type': 'application/json',
          'idempotency-key': key,
        },
        body: JSON.stringify(body),
        signal: AbortSignal.any([this.#stop.signal, AbortSignal.timeout(PATIENCE_MS)]),
      })
    } catch {
      return undefined
    }
  }
}

/** A message as the channel's other end got it. */
export interface Told {
  readonly id: string
  readonly type: string
}

/** The other end of a webhook. */
export class Listener {
  readonly told: Told[] = []
  readonly #server: Server

  private constructor(server: Server) {
    this.#server = server
    server.on('request', (request, response) => {
      let body = ''
      request.on('data', (data: Buffer) => (body += data.toString('utf8')))
      request.on('end', () => {
        this.told.push(JSON.parse(body) as Told)
        response.end()
      })
    })
  }

  static async open(): Promise<Listener> {
    const server = createServer().listen(0, '127.0.0.1')
    await once(server, 'listening')
    return new Listener(server)
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/hook`
  }

  /** Resolves once no message came for a while: those that wait are sent within a second. */
  async quiet(): Promise<void> {
    for (let before = -1; before < this.told.length; ) {
      before = this.told.length
      await pause(QUIET_MS)
    }
  }

  close(): void {
    this.#server.close()
    this.#server.closeAllConnections()
  }
}
