import { DAY, HOUR, MINUTE } from '../numbers/seconds.ts'
import type { MachineId, SiteId } from '../words/ids.ts'
import type { Fleet } from './fleet.ts'

/** A shutdown shorter than this is a pause, not a night; longer than four days (a long weekend) is a holiday. Seconds. */
const NIGHT_SECONDS = 3 * HOUR
const HOLIDAY_SECONDS = 4 * DAY
/** A practice has resumed when this share of those that were shut, and at least three, are back: the rest may be broken. */
const RESUMED_SHARE = 0.3
const RESUMED_LEAST = 3
/** After that the rest have this long to come. */
const GRACE_SECONDS = 90 * MINUTE
/** Returns that have not made a practice resume are forgotten after this. */
const FORGOTTEN_SECONDS = 12 * HOUR
/** Nobody came back at all: judged once this share of the practices that shut, and this many, have had their morning. */
const FLEET_RESUMED_SHARE = 0.5
const FLEET_RESUMED_LEAST = 5
/** And once a day, which need not begin at the same hour. */
const SWEPT_AGAIN_SECONDS = 20 * HOUR
/** A practice's machines together weigh no more than this many: a training day empties half of one. */
const PRACTICE_WEIGHT = 4

interface Morning {
  readonly returned: { machine: MachineId; shutAt: number }[]
  readonly beganAt: number
  resumedAt: number
}

/** A machine that was due back, and whether it came. */
export interface Due {
  readonly machine: MachineId
  readonly shutAt: number
  readonly back: boolean
  readonly weight: number
}

/**
 * Machines that were shut down in the evening and are not back when their practice is: an update that breaks the next
 * boot (BitDefender, March 2010) shows in no crash and no silence. Times in seconds epoch.
 */
export class Absences {
  readonly #fleet: Fleet
  readonly #mornings = new Map<SiteId, Morning>()
  /** When each practice's morning was last judged. */
  #judged = new Map<SiteId, number>()
  #sweptAt = 0

  constructor(fleet: Fleet) {
    this.#fleet = fleet
  }

  /** The machine, shut at `shutAt`, is back. */
  returned(machine: MachineId, shutAt: number, now: number): void {
    if (now - shutAt < NIGHT_SECONDS || now - shutAt > HOLIDAY_SECONDS) return
    const site = this.#fleet.machines.siteOf(machine)
    const morning = this.#mornings.get(site)
    if (morning) morning.returned.push({ machine, shutAt })
    else this.#mornings.set(site, { returned: [{ machine, shutAt }], beganAt: now, resumedAt: 0 })
  }

  /** Practices whose grace is over: all their machines that were due. Costs the machines of practices that are resuming. */
  judge(now: number): Due[] {
    const due: Due[] = []
    for (const [site, morning] of [...this.#mornings].toSorted((a, b) => a[0] - b[0])) {
      if (morning.resumedAt === 0) {
        const away = this.#away(site, now)
        const back = morning.returned.length
        if (back >= RESUMED_LEAST && back >= RESUMED_SHARE * (back + away.length)) morning.resumedAt = now
        else if (now - morning.beganAt > FORGOTTEN_SECONDS) this.#mornings.delete(site)
      } else if (now - morning.resumedAt >= GRACE_SECONDS) {
        const away = this.#away(site, morning.resumedAt)
        const weight = Math.min(1, PRACTICE_WEIGHT / (away.length + morning.returned.length))
        for (const r of morning.returned) due.push({ ...r, back: true, weight })
        due.push(...this.#missing(away, weight))
        this.#mornings.delete(site)
        this.#judged.set(site, now)
      }
    }
    return [...due, ...this.#sweep(now)]
  }

  /**
   * Practices in which nobody came back, when most of the fleet's have: where every machine has the update that breaks the
   * next boot, no morning ever begins. Looks at every machine, once a day.
   */
  #sweep(now: number): Due[] {
    if (now - this.#sweptAt < SWEPT_AGAIN_SECONDS) return []
    const lately = [...this.#judged].filter(([, at]) => now - at < FORGOTTEN_SECONDS)
    this.#judged = new Map(lately)
    if (lately.length < FLEET_RESUMED_LEAST) return []
    const due: Due[] = []
    let shut = 0
    for (let site = 0 as SiteId; site < this.#fleet.sites; site++) {
      if (this.#judged.has(site) || (this.#mornings.get(site)?.resumedAt ?? 0) > 0) continue
      const away = this.#away(site, now)
      if (away.length < RESUMED_LEAST) continue
      shut++
      due.push(...this.#missing(away, Math.min(1, PRACTICE_WEIGHT / away.length)))
    }
    if (lately.length < FLEET_RESUMED_SHARE * (lately.length + shut)) return []
    this.#sweptAt = now
    return due
  }

  #missing(away: readonly MachineId[], weight: number): Due[] {
    return away.map((machine) => ({ machine, shutAt: this.#fleet.machines.shutAt[machine] ?? 0, back: false, weight }))
  }

  clear(): void {
    this.#mornings.clear()
  }

  #away(site: SiteId, now: number): MachineId[] {
    const { machines } = this.#fleet
    return this.#fleet.machinesOf(site).filter((m) => {
      const shutAt = machines.shutAt[m] ?? 0
      return shutAt > 0 && now - shutAt >= NIGHT_SECONDS && now - shutAt <= HOLIDAY_SECONDS && !machines.isConnected(m)
    })
  }

  save(): { mornings: [SiteId, Morning][]; judged: [SiteId, number][]; sweptAt: number } {
    const mornings = [...this.#mornings].map(([site, m]): [SiteId, Morning] => [
      site,
      { ...m, returned: m.returned.map((r) => ({ ...r })) },
    ])
    return { mornings, judged: [...this.#judged], sweptAt: this.#sweptAt }
  }

  load(saved: ReturnType<Absences['save']>): void {
    for (const [site, m] of saved.mornings)
      this.#mornings.set(site, { ...m, returned: m.returned.map((r) => ({ ...r })) })
    this.#judged = new Map(saved.judged)
    this.#sweptAt = saved.sweptAt
  }
}
