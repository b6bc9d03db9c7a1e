import { SECOND } from '@pumphandle/shared/time'
import type { Edge } from '../store/cluster/edges.ts'

/** An edge that is not heard for this long is given up: five leases. */
const EDGE_GONE_MS = 10 * SECOND
/** How often it says that it is there. */
export const EDGE_BEATS_MS = 2 * SECOND
/** An edge is mute when it has stored nothing of what waits there for this long, or was not heard: longer than its commits take in a storm. */
export const MUTE_MS = 3 * SECOND
/** The longest that one look counts for: whoever stood still, or had no database, saw nobody be silent meanwhile. */
const LOOK_MS = 2 * SECOND

/** What waits at an edge that cannot tell is no silence of machines. */
export function isAnyMute(edges: readonly Edge[]): boolean {
  return edges.some(({ gone_at, stuck }) => gone_at === null && stuck >= MUTE_MS)
}

interface Lease {
  readonly beat: number
  /** For how long it was seen not to rise, ms. */
  readonly staleMs: number
}

/** Who watches edges' leases. Only what was seen counts: a database that does not answer says nothing of edges. */
export class EdgeWatch {
  readonly #leases = new Map<number, Lease>()
  readonly #gone = new Set<number>()
  #lookedAt: number | undefined

  /** Takes what was read just now. @returns those that are not there any more, each once */
  look(edges: readonly Edge[], now: number): { readonly ended: number[]; readonly silent: number[] } {
    const sinceLast = Math.min(LOOK_MS, Math.max(0, now - (this.#lookedAt ?? now)))
    this.#lookedAt = now
    const ended: number[] = []
    const silent: number[] = []
    for (const { id, beat, gone_at } of edges) {
      if (this.#gone.has(id)) continue
      const lease = this.#leases.get(id)
      const staleMs = lease?.beat === beat ? lease.staleMs + sinceLast : 0
      this.#leases.set(id, { beat, staleMs })
      const isOver = gone_at !== null || staleMs >= EDGE_GONE_MS
      if (!isOver) continue
      this.#gone.add(id)
      this.#leases.delete(id)
      ;(gone_at === null ? silent : ended).push(id)
    }
    return { ended, silent }
  }

  /** Machines may be at the door of an edge that says nothing, and is not given up yet. */
  get isAnySilent(): boolean {
    return [...this.#leases.values()].some((lease) => lease.staleMs >= MUTE_MS)
  }

  /** For how long an edge was seen to say nothing, ms. */
  staleMs(edge: number): number {
    return this.#leases.get(edge)?.staleMs ?? 0
  }
}
