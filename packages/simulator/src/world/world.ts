import { Random } from '@pumphandle/shared/random'
import type { AgentSpec } from '../scenario/clock-and-agent.ts'
import type { BackgroundSpec, FleetSpec } from '../scenario/fleet.ts'
import type { Scenario } from '../scenario/scenario.ts'
import { EventQueue } from '../time/event-queue.ts'
import { VirtualClock } from '../time/virtual-clock.ts'
import { Calendar } from './calendar.ts'
import { Confounders } from './confounders.ts'
import { Defects } from './defects.ts'
import { drawFleet, type Fleet } from './fleet.ts'
import { Machines } from './machines.ts'
import { Network } from './network.ts'
import { Outages } from './outages.ts'
import { Power } from './power.ts'
import { Programs } from './programs.ts'
import { Rollouts } from './rollouts.ts'
import type { FleetSink } from './sink.ts'
import { Trouble } from './trouble.ts'
import { Truth } from './truth.ts'
import { Year } from './year.ts'

/** Seeds of one scenario are spread, so that the seeds of two scenarios are not each other's neighbours. */
const SEED_FACTOR = 7919

export interface WorldOptions {
  readonly scenario: Scenario
  /** Instead of one of its own, for who has drawn the fleet with it. */
  readonly random?: Random
  /** Instead of drawing one. */
  readonly fleet?: Fleet
  /** Instead of one of its own; stands at the scenario's start or before. */
  readonly clock?: VirtualClock
  /** Makes the side that hears of the fleet. */
  readonly sink: (world: World) => FleetSink
}

/** The random numbers of a scenario's run. */
export function worldRandom(scenario: Scenario): Random {
  return new Random(scenario.seed * SEED_FACTOR)
}

/**
 * A fleet in virtual time: machines, practices, roll-outs, defects and ordinary trouble over one queue of events. The
 * modules know each other through it. The same scenario and seed give the same run, event by event.
 */
export class World {
  readonly scenario: Scenario
  readonly random: Random
  readonly fleet: Fleet
  readonly queue = new EventQueue()
  readonly clock: VirtualClock
  /** Milliseconds since 1970 UTC. */
  readonly startedAt: number
  /** How long the scenario runs. */
  readonly seconds: number
  /** Seconds since the scenario's start. */
  now = 0
  readonly machines: Machines
  readonly truth: Truth
  readonly network: Network
  readonly power: Power
  readonly programs: Programs
  readonly defects: Defects
  readonly rollouts: Rollouts
  readonly outages: Outages
  readonly trouble: Trouble
  readonly calendar: Calendar
  readonly confounders: Confounders
  readonly year: Year
  readonly sink: FleetSink

  constructor(options: WorldOptions) {
    const { scenario } = options
    this.scenario = scenario
    this.random = options.random ?? worldRandom(scenario)
    this.fleet = options.fleet ?? drawFleet(scenario.fleet, scenario.background, this.random)
    this.startedAt = Date.parse(scenario.clock.start)
    this.clock = options.clock ?? new VirtualClock(this.startedAt)
    this.seconds = scenario.clock.duration_s
    this.machines = new Machines(this.fleet)
    this.truth = new Truth(() => this.now)
    this.network = new Network(this)
    this.power = new Power(this)
    this.programs = new Programs(this)
    this.defects = new Defects(this)
    this.rollouts = new Rollouts(this)
    this.outages = new Outages(this)
    this.trouble = new Trouble(this)
    this.calendar = new Calendar(this)
    this.confounders = new Confounders(this)
    this.year = new Year(this)
    this.sink = options.sink(this)
  }

  get agent(): AgentSpec {
    return this.scenario.agent
  }

  get spec(): FleetSpec {
    return this.scenario.fleet
  }

  get background(): BackgroundSpec {
    return this.scenario.background
  }

  /** Plans an event at a time, seconds since the start. */
  at(time: number, kind: number, a = 0, b = 0, c = 0): void {
    this.queue.push(Math.max(this.now, time), kind, a, b, c)
  }

  /** Plans an event so many seconds from now. */
  after(seconds: number, kind: number, a = 0, b = 0, c = 0): void {
    this.queue.push(this.now + seconds, kind, a, b, c)
  }

  /** Milliseconds since 1970 UTC, whole, of a time in seconds since the start. */
  epoch(time: number = this.now): number {
    return this.startedAt + Math.floor(time * 1000)
  }

  /** Enrols the fleet and plans the first day. Call once, before `advance`. */
  start(): void {
    this.clock.advanceTo(this.startedAt)
    this.sink.start()
    this.calendar.schedule()
    this.trouble.schedule()
    this.rollouts.schedule()
    this.confounders.schedule()
    if (this.background.realistic_year) this.year.schedule()
  }

  /** Runs everything until a time, seconds since the start, and moves the clock there. */
  advance(until: number = this.seconds): void {
    for (;;) {
      const timerAt = (this.clock.nextTimerAt() - this.startedAt) / 1000
      const eventAt = this.queue.nextAt()
      if (Math.min(timerAt, eventAt) > until) break
      this.now = Math.max(this.now, Math.min(timerAt, eventAt))
      if (timerAt <= eventAt) {
        this.clock.advanceTo(this.clock.nextTimerAt())
      } else {
        this.clock.advanceTo(this.epoch())
        this.queue.runNext()
      }
    }
    this.now = Math.max(this.now, until)
    this.clock.advanceTo(this.epoch())
  }
}
