import { systemClock } from '@pumphandle/shared/clock'
import { Random } from '@pumphandle/shared/random'
import type { AgentEvent } from '@pumphandle/shared/wire'
import { Journal } from '../../../packages/collector/src/ingest/journal.ts'
import type { Arrived } from '../../../packages/collector/src/model/arrived.ts'
import { Catalogue } from '../../../packages/collector/src/store/catalogue.ts'
import type { Store } from '../../../packages/collector/src/store/index.ts'

const EVERY_MS = 10

/**
 * Events that arrive while the figures are taken, written by ingest's own journal in the process that answers queries:
 * each from another machine, flushed to disk, with the rows that it changes.
 */
export class Arrivals {
  /** ms until each event was on disk */
  readonly took: number[] = []
  private readonly journal: Journal
  private readonly store: Store
  private readonly catalogue = new Catalogue()
  private readonly machines: number
  private readonly perSecond: number
  private readonly now: () => number
  private readonly random = new Random(3)
  private startedAt = 0
  private made = 0
  private timer: NodeJS.Timeout | undefined

  constructor(store: Store, machines: number, perSecond: number, now: () => number) {
    this.journal = new Journal({
      store,
      catalogue: this.catalogue,
      clock: { now, after: (ms, then) => systemClock.after(ms, then) },
      takeNames: (_, wanted) => wanted,
    })
    this.store = store
    this.machines = machines
    this.perSecond = perSecond
    this.now = now
  }

  async start(): Promise<void> {
    await this.catalogue.load(this.store.reader)
    this.startedAt = this.now()
    this.timer = setInterval(() => {
      // a timer that was kept waiting makes up for it: a thousand a second is what arrives, not what is asked for
      const due = Math.floor(((this.now() - this.startedAt) * this.perSecond) / 1000)
      while (this.made < due) void this.arrive()
    }, EVERY_MS)
  }

  /** Ends it; returns events stored per second. */
  async stop(): Promise<number> {
    clearInterval(this.timer)
    await this.journal.settled()
    return (this.took.length * 1000) / (this.now() - this.startedAt)
  }

  private async arrive(): Promise<void> {
    // names that an earlier run on the same file did not give
    const id = `${this.startedAt}-${this.made++}`
    const at = Math.floor(this.now())
    const machineId = 1 + Math.floor(this.random.next() * this.machines)
    const arrived: Arrived = { machineId, event: this.event(id, at), at, receivedAt: at, skew: 0 }
    const start = this.now()
    await this.journal.append([arrived])
    this.took.push(this.now() - start)
  }

  private event(id: string, at: number): AgentEvent {
    const kind = this.random.next()
    if (kind < 0.5) return { id, at, type: 'service-state', service: 'CSFalconService', state: 'running' }
    if (kind < 0.8) return { id, at, type: 'boot', bootId: `b${id}`, start: 'cold', previous: { end: 'clean' } }
    if (kind < 0.9) return { id, at, type: 'crash', kind: 'bugcheck', stopCode: '0x50' }
    const version = `1.415.${Math.floor(this.random.next() * 120)}.0`
    return { id, at, type: 'component-changed', kind: 'content', name: 'defender', version }
  }
}
