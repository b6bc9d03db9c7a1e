import type { GoodbyeReason, Hello } from '@pumphandle/shared/wire'
import { applyEvent, applyHello, isNewBoot } from '../fleet/apply.ts'
import type { Changes } from '../fleet/changes.ts'
import type { Fleet } from '../fleet/fleet.ts'
import type { FleetMachine } from '../fleet/machine.ts'
import type { Arrived } from '../model/arrived.ts'
import type { ComponentChange } from '../model/component.ts'
import { saidTags } from '../model/said-tags.ts'
import type { Stored } from './journal.ts'

/** What comes after the fleet, for each thing that a machine did: the detector in a brain, the journal at an edge. */
export interface Pipeline {
  online(machine: FleetMachine, hello: Hello, newBoot: boolean, at: number): void
  event(machine: FleetMachine, arrived: Arrived, now: number): void
  components(machine: FleetMachine, changes: readonly ComponentChange[], now: number): void
  goodbye(machine: FleetMachine, reason: GoodbyeReason, at: number): void
  /** The connection ended without a goodbye. @param isOurs this end broke: the machine did nothing */
  closed(machine: FleetMachine, isOurs: boolean, at: number): void
}

export interface FollowerOptions {
  readonly fleet: Fleet
  readonly changes: Changes
  readonly pipeline: Pipeline
  /** A machine says another name, agent, place or tags of itself than is known. */
  readonly identify: (machine: FleetMachine, hello: Hello) => void
}

/**
 * Takes what machines did into the fleet and to whatever follows it. Who tells it makes no difference: ingest in this very
 * process, by a call, or the journal of a cluster's edges. Everything is on disk by then; `now` is ms epoch.
 */
export class Follower {
  readonly #options: FollowerOptions
  #events = 0

  constructor(options: FollowerOptions) {
    this.#options = options
  }

  /** Events that were news, since the start. */
  get events(): number {
    return this.#events
  }

  /** @param startedAt when its boot began, by the collector's clock */
  hello(machine: FleetMachine, hello: Hello, startedAt: number, now: number): void {
    const { fleet, changes, pipeline } = this.#options
    if (saysNews(machine, hello)) this.#options.identify(machine, hello)
    const newBoot = isNewBoot(machine, hello, startedAt)
    applyHello(machine, hello, startedAt, now)
    fleet.opened(machine, now)
    changes.emit('machine-changed', { machine, from: machine.state, at: now })
    pipeline.online(machine, hello, newBoot, now)
  }

  /** What of its events was news. */
  stored(machine: FleetMachine, { news, components }: Stored, now: number): void {
    const { fleet, changes, pipeline } = this.#options
    this.#events += news.length
    if (components.length > 0) pipeline.components(machine, components, now)
    for (const arrived of news) {
      applyEvent(machine, arrived.event, arrived.at, now)
      pipeline.event(machine, arrived, now)
      changes.emit('event-stored', { machine, event: arrived.event, at: arrived.at })
    }
    if (news.length > 0) fleet.review(machine, now)
  }

  goodbye(machine: FleetMachine, reason: GoodbyeReason, now: number): void {
    this.#options.fleet.saidGoodbye(machine, reason, now)
    this.#options.pipeline.goodbye(machine, reason, now)
  }

  /** @param isOurs this end of the connection broke: the machine did nothing, and has the time to come back */
  closed(machine: FleetMachine, isOurs: boolean, now: number): void {
    const { fleet, pipeline } = this.#options
    if (isOurs) fleet.interrupted(machine, now)
    else fleet.closed(machine, now)
    pipeline.closed(machine, isOurs, now)
  }
}

function saysNews(m: FleetMachine, hello: Hello): boolean {
  const settles = m.site === 0 && hello.site !== undefined
  return (
    settles ||
    hello.computerName !== m.name ||
    hello.agent.version !== m.agentVersion ||
    saidTags(hello).join(' ') !== m.saidTags
  )
}
