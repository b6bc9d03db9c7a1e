import { hash01 } from '@pumphandle/shared/random'
import type { World } from './world.ts'

const DAY_S = 86_400
const EPOCH_WEEKDAY = 4 // 1 January 1970 was a Thursday

/** Opening hours: who is switched on when. Each machine keeps its own hours, a little different every day. */
export class Calendar {
  readonly #world: World
  readonly #newDay: number
  readonly #holidays: ReadonlySet<number>

  constructor(world: World) {
    this.#world = world
    this.#holidays = new Set(world.spec.hours.holidays.map((date) => Date.parse(date) / 1000 / DAY_S))
    this.#newDay = world.queue.register((day) => this.#beginDay(day))
  }

  /** Puts every machine where the hour of the scenario's start finds it. */
  schedule(): void {
    const { fleet, power, machines } = this.#world
    const start = this.#world.startedAt / 1000
    const today = Math.floor(start / DAY_S)
    const midnight = today * DAY_S - start
    for (let machine = 0; machine < machines.count; machine++) {
      if (fleet.alwaysOn[machine]) {
        power.beginOn(machine)
        continue
      }
      if (!this.#isUsed(machine, today)) continue
      const opens = midnight + this.#opens(machine, today)
      const closes = midnight + this.#closes(machine, today)
      if (opens >= 0) power.bootAt(opens, machine)
      if (opens < 0 && closes > 0) power.beginOn(machine)
      if (closes > 0) power.shutDownAt(closes, machine)
    }
    this.#world.at(midnight + DAY_S, this.#newDay, today + 1)
  }

  #beginDay(day: number): void {
    const { now, machines, fleet, power, trouble } = this.#world
    trouble.newDay()
    for (let machine = 0; machine < machines.count; machine++) {
      if (fleet.alwaysOn[machine] || !this.#isUsed(machine, day)) continue
      power.bootAt(now + this.#opens(machine, day), machine)
      power.shutDownAt(now + this.#closes(machine, day), machine)
    }
    this.#world.after(DAY_S, this.#newDay, day + 1)
  }

  /** Seconds after midnight. */
  #opens(machine: number, day: number): number {
    const { open, jitter_h } = this.#world.spec.hours
    return 3600 * (open + jitter_h * (hash01(machine, day) * 2 - 1))
  }

  #closes(machine: number, day: number): number {
    const { close, jitter_h } = this.#world.spec.hours
    return 3600 * (close + jitter_h * (hash01(machine, day + 5000) * 2 - 1))
  }

  #isUsed(machine: number, day: number): boolean {
    const { weekday_prob, weekend_prob } = this.#world.spec.hours
    const weekday = (day + EPOCH_WEEKDAY) % 7
    const isFree = weekday === 0 || weekday === 6 || this.#holidays.has(day)
    return hash01(machine, day + 9000) < (isFree ? weekend_prob : weekday_prob)
  }
}
