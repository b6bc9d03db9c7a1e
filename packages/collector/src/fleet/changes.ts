import type { AgentEvent } from '@pumphandle/shared/wire'
import type { Finding } from '../detect/index.ts'
import type { IncidentChange } from '../incidents/index.ts'
import type { MachineState } from '../store/index.ts'
import type { WordChange } from '../versions/index.ts'
import type { FleetMachine } from './machine.ts'

/** What the rest of the collector can listen to. Called after the store has it. */
export interface ChangeMap {
  /** A machine came into the fleet, or its state, name, practice or connection changed. */
  'machine-changed': { readonly machine: FleetMachine; readonly from: MachineState; readonly at: number }
  /** A machine is not in the fleet any more. */
  'machine-gone': { readonly machine: FleetMachine; readonly at: number }
  /** An event was stored, or a crash got more sources. */
  'event-stored': { readonly machine: FleetMachine; readonly event: AgentEvent; readonly at: number }
  /** An incident was opened or changed. */
  'incident-changed': { readonly incident: number; readonly at: number; readonly change: IncidentChange }
  /** The detector said something; incidents have it already. */
  finding: { readonly finding: Finding; readonly at: number }
  /** The verdict on a version became another. */
  'verdict-changed': WordChange
  /** Practices came, or their names, places or status changed. */
  'practices-changed': { readonly practices: readonly number[]; readonly at: number }
  /** The number of machines in a state changed. */
  'fleet-counts': { readonly states: Readonly<Record<MachineState, number>>; readonly at: number }
}

type Listener<K extends keyof ChangeMap> = (change: ChangeMap[K]) => void

/** Typed events inside this process. A listener that throws is its own fault and is told to `onError`. */
export class Changes {
  readonly #listeners = new Map<keyof ChangeMap, Set<Listener<never>>>()
  readonly #onError: (error: unknown) => void

  constructor(onError: (error: unknown) => void) {
    this.#onError = onError
  }

  /** The answer ends it. */
  on<K extends keyof ChangeMap>(name: K, listener: Listener<K>): () => void {
    const listeners = this.#listeners.get(name) ?? new Set()
    this.#listeners.set(name, listeners.add(listener as Listener<never>))
    return () => void listeners.delete(listener as Listener<never>)
  }

  emit<K extends keyof ChangeMap>(name: K, change: ChangeMap[K]): void {
    for (const listener of this.#listeners.get(name) ?? []) {
      try {
        ;(listener as Listener<K>)(change)
      } catch (error) {
        this.#onError(error)
      }
    }
  }
}
