import type { GoodbyeReason, Observation } from '../detect/index.ts'
import { goodbyeTold } from '../fleet/judge.ts'
import type { RecordedTransition } from '../store/recorded.ts'
import type { MachineState } from '../store/schema.ts'

/** States of machines that are on. A boot loop is one whether on or not; what came before tells. */
const ON: readonly MachineState[] = ['healthy', 'crashed']

/** One start of Windows as an agent told it. */
export interface RecordedBoot {
  readonly receivedAt: number
  readonly bootedAt: number
  readonly boot: number
  readonly end: 'clean' | 'bugcheck' | 'unexpected' | 'unknown'
}

/** A start is told within this time of the connection that it belongs to, or is its own. */
const NEAR_MS = 60_000
/** How long silence takes to be called so, where a state does not say since when. */
const SILENCE_MS = 40_000

/** Who is on, read from recorded changes of state and starts; and what a live collector would have told the detector. */
export class RecordedPresence {
  readonly #isOn = new Set<number>()
  readonly #boots = new Map<number, RecordedBoot[]>()
  readonly #alive = new Map<number, number>()
  readonly #siteOf: (machine: number) => number

  constructor(siteOf: (machine: number) => number) {
    this.#siteOf = siteOf
  }

  /** Starts that are told from now on, in order of receipt. */
  expect(machine: number, boot: RecordedBoot): void {
    const boots = this.#boots.get(machine)
    if (boots) boots.push(boot)
    else this.#boots.set(machine, [boot])
  }

  /** A machine that was on when the replay begins. */
  begin(machine: number, at: number): Observation {
    this.#set(machine, true)
    return { type: 'online', at, machine, boot: 0, previousEnd: 'same' }
  }

  *transition({ machine, at, to, reason }: RecordedTransition): Generator<Observation> {
    if (ON.includes(to) || (to === 'boot-loop' && !this.#isOn.has(machine))) {
      if (!this.#isOn.has(machine)) yield this.#online(machine, at, this.#takeBoot(machine, at))
      return
    }
    if (!this.#isOn.has(machine)) {
      // a restart that is not back has been told already
      return
    }
    if (to === 'boot-loop') return
    this.#set(machine, false)
    const goodbye = goodbyeTold(reason)
    if (goodbye) yield { type: 'goodbye', at, machine, reason: goodbyeFor(goodbye) }
    else if (to === 'dark')
      yield { type: 'silent', at, machine, lastHeard: at - SILENCE_MS, othersAlive: this.#hasOthers(machine) }
  }

  /** A start that no change of state was told with: within a loop, or while it was called ill. */
  *boot(machine: number, boot: RecordedBoot): Generator<Observation> {
    const boots = this.#boots.get(machine)
    const at = boots?.indexOf(boot) ?? -1
    if (at < 0) return
    boots?.splice(at, 1)
    yield this.#online(machine, boot.receivedAt, boot)
  }

  #online(machine: number, at: number, boot: RecordedBoot | undefined): Observation {
    this.#set(machine, true)
    if (!boot) return { type: 'online', at, machine, boot: 0, previousEnd: 'same' }
    return { type: 'online', at, machine, boot: boot.boot, previousEnd: boot.end, bootedAt: boot.bootedAt }
  }

  /** The start that belongs to a connection at this time. */
  #takeBoot(machine: number, at: number): RecordedBoot | undefined {
    const boots = this.#boots.get(machine) ?? []
    const i = boots.findIndex(({ receivedAt }) => Math.abs(receivedAt - at) <= NEAR_MS)
    return i < 0 ? undefined : boots.splice(i, 1)[0]
  }

  #hasOthers(machine: number): boolean {
    return (this.#alive.get(this.#siteOf(machine)) ?? 0) > 0
  }

  #set(machine: number, isOn: boolean): void {
    if (this.#isOn.has(machine) === isOn) return
    if (isOn) this.#isOn.add(machine)
    else this.#isOn.delete(machine)
    const site = this.#siteOf(machine)
    this.#alive.set(site, (this.#alive.get(site) ?? 0) + (isOn ? 1 : -1))
  }
}

const goodbyeFor = (reason: GoodbyeReason | 'upgrade'): GoodbyeReason =>
  reason === 'upgrade' ? 'service-stop' : reason
