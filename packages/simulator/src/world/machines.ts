import { hash01 } from '@pumphandle/shared/random'
import { SLOT_COUNT } from './components.ts'
import type { Fleet } from './fleet.ts'

/** Values of `Machines.previousEnd`. */
export const CLEAN = 0
export const UNEXPECTED = 1
export const BUGCHECK = 2

/** The component was there before the scenario began. */
export const LONG_AGO = -1e12
const LONGEST_UPTIME_S = 5 * 86_400
const SHORTEST_UPTIME_S = 3600

/** The state of every machine, as columns: a fleet of 200,000 fits into 40 MB and a look at it is an array access. */
export class Machines {
  readonly count: number
  /** Windows runs. */
  readonly on: Uint8Array
  /** Its own network works; its practice's line may still be down. */
  readonly network: Uint8Array
  readonly boot: Int32Array
  /** Boot that the collector was told of. */
  readonly toldBoot: Int32Array
  /** Rises with each start and stop: what was planned for an earlier life of the machine no longer counts. */
  readonly life: Int32Array
  readonly previousEnd: Uint8Array
  readonly bootedAt: Float64Array
  /** Boots in a row that a defect ended. */
  readonly loops: Int32Array
  /** A person or a passing of time mended it: no defect acts on it again. */
  readonly healed: Uint8Array
  readonly crashes: Int32Array
  readonly programCrashes: Int32Array
  readonly crashedAt: Float64Array
  readonly crashUptime: Float64Array
  readonly crashDriver: (string | null)[]
  readonly crashCode: (string | null)[]
  /** Last frame that arrived, known when it fell silent. */
  readonly lastHeard: Float64Array
  readonly lastReport: Float64Array
  /** Seconds by which its own clock is wrong. */
  readonly clockSkew: Float64Array
  /** Component number by machine and slot. */
  readonly component: Int32Array
  /** When that version arrived. */
  readonly since: Float64Array
  /** Order of the last roll-out that the machine took, by machine and slot. */
  readonly taken: Int32Array

  constructor(fleet: Fleet) {
    const n = fleet.machines
    this.count = n
    this.on = new Uint8Array(n)
    this.network = new Uint8Array(n).fill(1)
    this.boot = new Int32Array(n).fill(1)
    this.toldBoot = new Int32Array(n).fill(-1)
    this.life = new Int32Array(n)
    this.previousEnd = new Uint8Array(n)
    this.bootedAt = Float64Array.from({ length: n }, (_, machine) => {
      return -SHORTEST_UPTIME_S - Math.floor(hash01(machine, 4001) * (LONGEST_UPTIME_S - SHORTEST_UPTIME_S))
    })
    this.loops = new Int32Array(n)
    this.healed = new Uint8Array(n)
    this.crashes = new Int32Array(n)
    this.programCrashes = new Int32Array(n)
    this.crashedAt = new Float64Array(n)
    this.crashUptime = new Float64Array(n)
    this.crashDriver = Array.from({ length: n }, () => null)
    this.crashCode = Array.from({ length: n }, () => null)
    this.lastHeard = new Float64Array(n)
    this.lastReport = new Float64Array(n).fill(LONG_AGO)
    this.clockSkew = new Float64Array(n)
    this.component = fleet.initial.slice()
    this.since = new Float64Array(n * SLOT_COUNT).fill(LONG_AGO)
    this.taken = new Int32Array(n * SLOT_COUNT).fill(-1)
  }
}
