import type { Clock } from '@pumphandle/shared/clock'
import { RateByKey } from '@pumphandle/shared/flow'
import { MINUTE } from '@pumphandle/shared/time'
import type { Hello } from '@pumphandle/shared/wire'
import type { FleetMachine } from '../fleet/machine.ts'
import { GroupCommit } from '../store/group-commit.ts'
import { addIdentityNote, type ComputerFacts, putComputerFacts } from '../store/identity-notes.ts'
import type { Store } from '../store/index.ts'
import { compare, type NoteKind, type Sameness, UNKNOWN } from './sameness.ts'

/** A machine that fell silent so lately, without a goodbye, is taken to be there: its board was not moved meanwhile. */
const THERE_MS = 10 * MINUTE
/** Notes of one machine and kind: two that take turns are told of once an hour. */
const NOTES = { burst: 2, perSecond: 1 / 3600 }
const MAX_PER_COMMIT = 500

interface Write {
  readonly machine: number
  readonly facts: ComputerFacts | undefined
  readonly notes: readonly Note[]
}
interface Note {
  readonly kind: NoteKind
  readonly text: string
}

export interface IdentitiesOptions {
  readonly store: Store
  readonly clock: Clock
  /** Whether the computer that holds a machine's key is there now. */
  readonly isThere: (machine: FleetMachine) => boolean
  /** Other processes write of the same machines: what the store knows is newer than what is remembered here. */
  readonly isShared: boolean
  readonly failed: (error: unknown) => void
}

/** Connected, or fallen silent a moment ago without a goodbye. */
export function isThere(machine: FleetMachine, now: number): boolean {
  return machine.connected || (machine.goodbye === undefined && now - machine.lastHeard < THERE_MS)
}

/** Which computers are behind each machine's key, and what people are told of that. */
export class Identities {
  readonly #store: Store
  readonly #clock: Clock
  readonly #isThere: (machine: FleetMachine) => boolean
  readonly #isShared: boolean
  readonly #failed: (error: unknown) => void
  readonly #known = new Map<number, Sameness>()
  readonly #rate = new RateByKey(NOTES)
  readonly #writes: GroupCommit<Write, undefined>

  constructor(options: IdentitiesOptions) {
    this.#isThere = options.isThere
    this.#isShared = options.isShared
    this.#store = options.store
    this.#clock = options.clock
    this.#failed = options.failed
    this.#writes = new GroupCommit({
      maxWeight: MAX_PER_COMMIT,
      over: (error) => this.#store.over(error),
      commit: (group) => this.#write(group),
    })
  }

  /** What the store knows of a machine that is about to say hello. */
  learn(machine: number, { hardware, former_hardware, copied_hardware, run_number }: ComputerFacts): void {
    const before = this.#known.get(machine)
    if (before && !this.#isShared) return
    this.#known.set(machine, {
      ...(before ?? UNKNOWN),
      board: hardware ?? undefined,
      formerBoards: boardsIn(former_hardware),
      copiedBoards: boardsIn(copied_hardware),
      runNumber: run_number ?? undefined,
    })
  }

  /** What was known of it is not true any more: it enrolled anew. */
  forget(machine: number): void {
    this.#known.delete(machine)
  }

  /** A machine that proved its key says hello. @returns whether this one is the copy of it */
  isCopy(machine: FleetMachine, hello: Hello): boolean {
    const before = this.#known.get(machine.id) ?? UNKNOWN
    const said = { board: hello.marks?.hardware, run: hello.run }
    const { known, isCopy, notes } = compare(before, said, this.#isThere(machine))
    const renamed: Note[] =
      isCopy || hello.computerName === machine.name
        ? []
        : [{ kind: 'renamed', text: `Its name was ${machine.name} and is ${hello.computerName}.` }]
    this.#known.set(machine.id, known)
    const isNews =
      known.board !== before.board || known.copiedBoards !== before.copiedBoards || known.runNumber !== before.runNumber
    this.#put(machine.id, isNews ? known : undefined, [...notes, ...renamed])
    return isCopy
  }

  note(machine: number, kind: NoteKind, text: string): void {
    this.#put(machine, undefined, [{ kind, text }])
  }

  /** What waits for the database is tried once more, and then nobody waits for it. */
  close(): Promise<void> {
    this.#writes.end()
    return this.settled()
  }

  /** Resolves when nothing is being written. */
  async settled(): Promise<void> {
    await this.#writes.settled()
  }

  #put(machine: number, known: Sameness | undefined, told: readonly Note[]): void {
    const now = this.#clock.now()
    const notes = told.filter(({ kind }) => this.#rate.take(`${machine} ${kind}`, now))
    if (!known && notes.length === 0) return
    const facts = known && {
      hardware: known.board ?? null,
      former_hardware: known.formerBoards.join(' ') || null,
      copied_hardware: known.copiedBoards.join(' ') || null,
      run_number: known.runNumber ?? null,
    }
    this.#writes.add({ machine, facts, notes }).catch(this.#failed)
  }

  async #write(group: readonly Write[]): Promise<undefined[]> {
    const at = this.#clock.now()
    await this.#store.transaction(async (tx) => {
      for (const { machine, facts, notes } of group) {
        if (facts) await putComputerFacts(tx, machine, facts)
        for (const note of notes) await addIdentityNote(tx, { machine_id: machine, at, ...note })
      }
    })
    return group.map(() => undefined)
  }
}

/** As the store keeps them: hashes with spaces between. */
const boardsIn = (stored: string | null): string[] => stored?.split(' ') ?? []
