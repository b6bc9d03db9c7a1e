import { perMinute, TokenBucket } from '@pumphandle/shared/flow'
import { DAY } from '@pumphandle/shared/time'
import type { AgentEvent } from '@pumphandle/shared/wire'
import * as z from 'zod/mini'
import { readJson } from '../store/read-json.ts'

/** What one machine may have stored in a day, as much at once after a day's rest. */
const DAILY = {
  /** Events other than boots and blue screens; a busy machine tells some hundred. */
  events: 5_000,
  /** Their bytes: 30 inventories with all their detail, a thousand times a usual day's other events. */
  bytes: 4 * 1024 * 1024,
  /** Crashes of programs; the agent joins those of one signature. */
  apps: 500,
  /** Boots and blue screens: a start of Windows takes 40 seconds, so that no machine has more. */
  vital: 2_160,
  /** Component versions that nobody had before: the first machine of a new fleet brings some 200. */
  names: 600,
  /** Changes of its state that its history has: one that goes dark and comes back, at each of which 40 seconds pass, has no more. */
  states: 4_320,
} as const
type Kind = keyof typeof DAILY
const KINDS = Object.keys(DAILY) as Kind[]

/** Beyond this many accounts, those that are full again are forgotten. */
const SWEEP_AT = 20_000
/** What of a blue screen is left out when a machine's bytes are spent: what may be long, and is not what it is counted by. */
const SLIM = {
  drivers: undefined,
  sources: undefined,
  parameters: undefined,
  stopName: undefined,
  dump: undefined,
  process: undefined,
  processVersion: undefined,
  module: undefined,
  moduleVersion: undefined,
} as const
/** A culprit's reason then. */
const NO_REASON = ''

interface Account {
  at: number
  readonly left: Record<Kind, number>
  readonly frames: TokenBucket
}

const Saved = z.array(z.tuple([z.int(), z.number(), z.record(z.string(), z.number())]))

/**
 * What each machine has used of its day, whatever connection it used it on, and across restarts. One that is broken or
 * hostile harms its own record: what is over its budget is left out and counted, and the others' events have their room.
 * Boots and blue screens have a budget of their own, which no real machine reaches.
 */
export class Budgets {
  readonly #accounts = new Map<number, Account>()
  readonly #framesPerMinute: number
  /** Only frames are counted: a benchmark's few senders stand for many. */
  readonly isUnbounded: boolean
  #sweepAt = SWEEP_AT
  #refused = 0

  /** @param options.isUnbounded only frames are counted: a benchmark's few senders stand for many */
  constructor({ framesPerMinute, isUnbounded = false }: { framesPerMinute: number; isUnbounded?: boolean }) {
    this.#framesPerMinute = framesPerMinute
    this.isUnbounded = isUnbounded
  }

  /** Events left out since the start. */
  get refused(): number {
    return this.#refused
  }

  /** Whether the machine may send one more frame now. */
  takeFrame(machine: number, now: number): boolean {
    return this.#account(machine, now).frames.take(now)
  }

  /**
   * Counts an event, before anything is done with it: a flood of what is left out costs next to nothing.
   * @returns whether the machine had one left
   */
  count(machine: number, event: AgentEvent, now: number): boolean {
    if (this.isUnbounded) return true
    const { left } = this.#account(machine, now)
    const spent: Kind[] = isVital(event) ? ['vital'] : event.type === 'crash' ? ['events', 'apps'] : ['events']
    if (spent.some((kind) => left[kind] < 1)) {
      this.#refused++
      return false
    }
    for (const kind of spent) left[kind] -= 1
    return true
  }

  /**
   * The counted event as it is to be stored; undefined where its bytes are over the machine's budget.
   * @param bytes of it as JSON, in UTF-8
   */
  weigh(machine: number, event: AgentEvent, bytes: number, now: number): AgentEvent | undefined {
    if (this.isUnbounded) return event
    const { left } = this.#account(machine, now)
    const isRich = left.bytes >= bytes
    if (!isRich && !isVital(event)) {
      this.#refused++
      return undefined
    }
    if (isRich) left.bytes -= bytes
    return isRich ? event : slim(event)
  }

  /** How many of so many component versions that nobody had before the machine may bring. */
  takeNames(machine: number, wanted: number, now: number): number {
    if (this.isUnbounded) return wanted
    const { left } = this.#account(machine, now)
    const taken = Math.min(wanted, Math.floor(left.names))
    left.names -= taken
    return taken
  }

  /** Whether the machine's history takes one more change of its state. */
  takeState(machine: number, now: number): boolean {
    if (this.isUnbounded) return true
    const { left } = this.#account(machine, now)
    if (left.states < 1) return false
    left.states -= 1
    return true
  }

  /** Of machines that have used much, as text for the next start: the others lose nothing by beginning anew. */
  save(now: number): string {
    const much: z.infer<typeof Saved> = []
    for (const [machine, account] of this.#accounts) {
      this.#refill(account, now)
      if (KINDS.some((kind) => account.left[kind] < DAILY[kind] / 2)) much.push([machine, now, { ...account.left }])
    }
    return JSON.stringify(much)
  }

  load(text: string): void {
    for (const [machine, at, left] of readJson(Saved, text, { table: 'snapshot', id: 'budgets' }) ?? []) {
      const account = this.#account(machine, at)
      for (const kind of KINDS) account.left[kind] = Math.max(0, Math.min(DAILY[kind], left[kind] ?? DAILY[kind]))
    }
  }

  #account(machine: number, now: number): Account {
    let account = this.#accounts.get(machine)
    if (!account) {
      if (this.#accounts.size >= this.#sweepAt) this.#sweep(now)
      account = { at: now, left: { ...DAILY }, frames: new TokenBucket(perMinute(this.#framesPerMinute), now) }
      this.#accounts.set(machine, account)
    } else this.#refill(account, now)
    return account
  }

  #refill(account: Account, now: number): void {
    const share = Math.max(0, now - account.at) / DAY
    account.at = now
    for (const kind of KINDS) account.left[kind] = Math.min(DAILY[kind], account.left[kind] + DAILY[kind] * share)
  }

  #sweep(now: number): void {
    for (const [machine, account] of this.#accounts) {
      this.#refill(account, now)
      if (account.frames.isFull(now) && KINDS.every((kind) => account.left[kind] >= DAILY[kind]))
        this.#accounts.delete(machine)
    }
    this.#sweepAt = Math.max(SWEEP_AT, this.#accounts.size * 2)
  }
}

function slim(event: AgentEvent): AgentEvent {
  if (event.type === 'boot') {
    const { reason: _, ...previous } = event.previous
    return { ...event, previous }
  }
  if (event.type !== 'crash') return event
  const { culprit } = event
  return { ...event, ...SLIM, ...(culprit && { culprit: { ...culprit, reason: NO_REASON } }) }
}

/** A boot or a blue screen. */
function isVital(event: AgentEvent): boolean {
  return event.type === 'boot' || (event.type === 'crash' && event.kind === 'bugcheck')
}
