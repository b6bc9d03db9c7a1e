import type { CollectorHealth } from '@pumphandle/shared/api'
import type { Clock } from '@pumphandle/shared/clock'
import { backoffMs } from '@pumphandle/shared/flow'
import { HOUR, MINUTE } from '@pumphandle/shared/time'
import type { Fleet } from '../../fleet/fleet.ts'
import { Job } from '../../log/job.ts'
import type { Logger } from '../../log/logger.ts'
import { type Channel, listChannels, optionsOf } from '../../store/channels.ts'
import type { Store } from '../../store/index.ts'
import { type Message, troubleMessage, urgencyOf } from '../notify/delivery/message.ts'
import { quietUntil } from '../notify/hold/hold.ts'
import { type Sending, sendTo } from '../notify/send-to.ts'
import { type Problem, Senses } from './senses.ts'

const EVERY_MS = MINUTE
/** Rounds that a problem is seen, or not seen any more, before somebody is told. */
const ROUNDS = 2
/** Warnings are for the page; these are told too, for days pass until they are errors, and nobody may be looking. */
const TOLD_WARNINGS = /^(channel-dead-|certificate-|disk-|backup-)/
/** Waits of 1, 2, 4, ... minutes: the eighth try is two hours after the first. */
const RETRY = { firstMs: MINUTE, mostMs: HOUR } as const
const MOST_TRIES = 8
/** Messages that wait for a channel; older ones go first. */
const MOST_WAITING = 100

export interface AlarmsDeps extends Omit<Sending, 'clock'> {
  readonly store: Pick<Store, 'reader'>
  readonly clock: Clock
  readonly log: Logger
  readonly fleet: Fleet
  readonly health: () => CollectorHealth
  /** The dashboard's address, for links; undefined where nobody knows it. */
  readonly address: string | undefined
  /** Time zone that quiet hours are read in. */
  readonly timeZone: () => string
}

interface Told {
  problem: Problem
  /** Rounds in a row that it was seen, or once told, not seen. */
  rounds: number
  /** As what; undefined where nobody was told yet. */
  told: Problem['severity'] | undefined
}

/** `channel` is not the row but its id: an admin may change its address meanwhile. */
interface Waiting {
  readonly message: Message
  readonly channel: number
  tries: number
  nextAt: number
}

/**
 * Tells people that the collector itself is blind or mute: by every channel, and of a dead channel by the others. Nothing
 * of it needs the database, which may be what is wrong: channels are known from when it last answered, and a restart
 * tells again what still lasts.
 */
export class Alarms extends Job {
  readonly #deps: AlarmsDeps
  readonly #senses: Senses
  readonly #known = new Map<string, Told>()
  #channels: Channel[] = []
  #problems: Problem[] = []
  #waiting: Waiting[] = []
  /** What others have to tell, until the channels are known. */
  #said: Message[] = []

  constructor(deps: AlarmsDeps) {
    super({
      ...deps,
      everyMs: EVERY_MS,
      run: () => this.#round(),
      failed: "the collector's own troubles could not be looked at",
    })
    this.#deps = deps
    this.#senses = new Senses(deps.fleet)
  }

  /** What its own senses found, beside the rest of its health. */
  get problems(): readonly Problem[] {
    return this.#problems
  }

  /** Tells every channel of something that is no incident, now; tried again as its own troubles are. */
  say(message: Message): Promise<void> {
    this.#said.push(message)
    return this.run()
  }

  async #round(): Promise<void> {
    const { store, clock, health } = this.#deps
    const now = clock.now()
    try {
      this.#channels = await listChannels(store.reader)
    } catch {
      // the health says already what is wrong with the database; who was to be told is known
    }
    for (const message of this.#said.splice(0)) this.#queue(message, this.#channels)
    this.#problems = this.#senses.look(now, this.#channels)
    const here = new Map([...health().problems, ...this.#problems].filter(isTold).map((p) => [p.code, p]))
    for (const [code, problem] of here) {
      const known = this.#known.get(code) ?? { problem, rounds: 0, told: undefined }
      // what was a warning and is an error now is told again
      const isNews = known.told === undefined || (known.told === 'warning' && problem.severity === 'error')
      known.rounds = isNews ? known.rounds + 1 : 0
      this.#known.set(code, known)
      if (known.rounds < ROUNDS) continue
      Object.assign(known, { problem, told: problem.severity, rounds: 0 })
      this.#tell(problem, false, now)
    }
    for (const [code, known] of this.#known) {
      if (here.has(code)) continue
      if (known.told && ++known.rounds < ROUNDS) continue
      this.#known.delete(code)
      if (known.told) this.#tell(known.problem, true, now)
    }
    await this.#send()
  }

  #tell(problem: Problem, over: boolean, at: number): void {
    const { address, log } = this.#deps
    log.warn({ code: problem.code, over }, over ? 'a trouble of the collector is over' : problem.title)
    const message = troubleMessage(problem, over, at, address)
    this.#queue(
      message,
      this.#channels.filter(({ id }) => problem.code !== `channel-dead-${id}` && !(over && this.#forget(message, id))),
    )
  }

  /** Who has not been told yet that it began need not hear that it is over. @returns whether there was such a one */
  #forget({ alert }: Message, channel: number): boolean {
    const before = this.#waiting.length
    this.#waiting = this.#waiting.filter((one) => one.channel !== channel || one.message.alert !== alert)
    return this.#waiting.length < before
  }

  #queue(message: Message, channels: readonly Channel[]): void {
    // who has some places of the fleet does not keep the collector
    const enabled = channels.filter((channel) => channel.enabled === 1 && optionsOf(channel).places === null)
    const more = enabled.map((channel): Waiting => {
      // what need not wake anybody waits for the end of the quiet hours, as a small incident does
      const quiet = mayWait(message)
        ? quietUntil(optionsOf(channel).quiet, message.at, this.#deps.timeZone())
        : undefined
      return { message, channel: channel.id, tries: 0, nextAt: quiet ?? message.at }
    })
    this.#waiting = [...this.#waiting, ...more].slice(-MOST_WAITING)
  }

  async #send(): Promise<void> {
    const { clock, log } = this.#deps
    const now = clock.now()
    const due = this.#waiting.filter(({ nextAt }) => nextAt <= now)
    const done = new Set<Waiting>()
    await Promise.all(
      due.map(async (waiting) => {
        const channel = this.#channels.find(({ id }) => id === waiting.channel)
        if (!channel || channel.enabled === 0) return void done.add(waiting)
        const outcome = await sendTo(channel, waiting.message, this.#deps)
        if (outcome.ok) return void done.add(waiting)
        waiting.tries++
        waiting.nextAt = now + (outcome.afterMs ?? backoffMs(RETRY, waiting.tries))
        log.warn({ channel: channel.name, reason: outcome.reason }, 'a trouble of the collector could not be told')
        if (outcome.permanent || waiting.tries >= MOST_TRIES) done.add(waiting)
      }),
    )
    this.#waiting = this.#waiting.filter((waiting) => !done.has(waiting))
  }
}

/** A version that fails elsewhere may be the next incident here; all else that is not urgent is as true in the morning. */
const mayWait = (message: Message): boolean => urgencyOf(message) !== 'urgent' && message.type !== 'warning'

function isTold({ code, severity }: Problem): boolean {
  return severity === 'error' || TOLD_WARNINGS.test(code)
}
