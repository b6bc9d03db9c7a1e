import type { AgentEvent } from '@pumphandle/shared/wire'
import { type Arrived, appendEvents } from '../../../packages/collector/src/store/append.ts'
import { Catalogue } from '../../../packages/collector/src/store/catalogue.ts'
import type { Store } from '../../../packages/collector/src/store/index.ts'
import { project } from '../../../packages/collector/src/store/project/project.ts'
import { randomFrom } from './random.ts'

const EVERY_MS = 50

/**
 * Events that arrive while the figures are taken, stored as ingest stores them: in one process with the queries, flushed
 * to disk, each with the rows that it changes.
 */
export class Arrivals {
  stored = 0
  private readonly store: Store
  private readonly machines: number
  private readonly perSecond: number
  private readonly now: () => number
  private readonly catalogue = new Catalogue()
  private readonly random = randomFrom(3)
  private startedAt = 0
  private made = 0
  private timer: NodeJS.Timeout | undefined
  private writing: Promise<void> = Promise.resolve()

  constructor(store: Store, machines: number, perSecond: number, now: () => number) {
    this.store = store
    this.machines = machines
    this.perSecond = perSecond
    this.now = now
  }

  async start(): Promise<void> {
    await this.catalogue.load(this.store.reader)
    this.startedAt = this.now()
    let busy = false
    this.timer = setInterval(() => {
      // what is late goes with the next group, as in a queue
      if (busy) return
      busy = true
      this.writing = this.write().finally(() => {
        busy = false
      })
    }, EVERY_MS)
  }

  /** Ends it; returns events stored per second. */
  async stop(): Promise<number> {
    clearInterval(this.timer)
    await this.writing
    return (this.stored * 1000) / (this.now() - this.startedAt)
  }

  private async write(): Promise<void> {
    const due = Math.floor(((this.now() - this.startedAt) * this.perSecond) / 1000) - this.made
    const group = Array.from({ length: due }, () => this.next())
    await this.store.transaction(async (tx) => {
      const appended = await appendEvents(tx, group)
      await project(tx, this.catalogue, appended)
    })
    this.stored += group.length
  }

  private next(): Arrived {
    const id = `new${this.made++}`
    const at = Math.floor(this.now())
    const machineId = 1 + Math.floor(this.random() * this.machines)
    return { machineId, event: this.event(id, at), at, receivedAt: at, skew: 0 }
  }

  private event(id: string, at: number): AgentEvent {
    const kind = this.random()
    if (kind < 0.5) return { id, at, type: 'service-state', service: 'CSFalconService', state: 'running' }
    if (kind < 0.8) return { id, at, type: 'boot', bootId: `b${id}`, start: 'cold', previous: { end: 'clean' } }
    if (kind < 0.9) return { id, at, type: 'crash', kind: 'bugcheck', stopCode: '0x50' }
    return {
      id,
      at,
      type: 'component-changed',
      kind: 'content',
      name: 'defender',
      version: `1.415.${Math.floor(kind * 1190) - 1071}.0`,
    }
  }
}
