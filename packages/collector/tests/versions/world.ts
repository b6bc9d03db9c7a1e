import { SECOND } from '@pumphandle/shared/time'
import { Detector, FactRegistry, type Observation } from '../../src/detect/index.ts'
import { VersionBook, type WordChange } from '../../src/versions/index.ts'

const START = Date.UTC(2024, 6, 19, 4)

/** A small fleet whose detector and book are told the same, on a clock that the test moves. */
export class World {
  readonly facts = new FactRegistry()
  readonly detector = new Detector({ facts: this.facts })
  readonly changes: WordChange[] = []
  readonly book = new VersionBook(this.detector.population, this.facts, (change) => void this.changes.push(change))
  now = START
  #crashes = 0

  constructor(stored: Parameters<VersionBook['ledger']['open']>[0] = []) {
    this.book.ledger.open(stored, { exposedMs: 0, crashes: 0 }, [], START)
  }

  tell(observation: Observation): void {
    this.detector.observe(observation)
    this.book.observe(observation)
  }

  /** A machine that is on, and has this. */
  machine(machine: number, site: number, ...keys: string[]): void {
    this.tell({ type: 'machine', at: this.now, machine, site, region: 0 })
    for (const key of keys) this.change(machine, key, 'present')
    this.online(machine)
  }

  change(machine: number, key: string, change: 'present' | 'arrived' | 'removed'): void {
    const since = change === 'present' ? null : this.now
    this.tell({ type: 'component', at: this.now, machine, fact: this.facts.intern(key), change, since })
  }

  online(machine: number, boot = 1, previousEnd: 'same' | 'clean' | 'bugcheck' | 'unexpected' = 'same'): void {
    this.tell({ type: 'online', at: this.now, machine, boot, previousEnd })
  }

  /** @param occurredAt ms epoch; absent: now */
  crash(machine: number, stopCode = 0x50, occurredAt = this.now): void {
    const id = `c${this.#crashes++}`
    this.tell({
      type: 'crash',
      at: this.now,
      machine,
      id,
      occurredAt,
      kind: 'bugcheck',
      stopCode,
      culprit: null,
      uptimeSeconds: null,
    })
  }

  silent(machine: number, othersAlive = true): void {
    this.tell({ type: 'silent', at: this.now, machine, lastHeard: this.now - 30 * SECOND, othersAlive })
  }

  /** Time passes, looked at every `stepMs`. */
  pass(ms: number, stepMs = 10 * SECOND): void {
    for (const until = this.now + ms; this.now < until; ) {
      this.now += stepMs
      this.detector.tick(this.now)
      this.book.tick(this.now)
    }
  }

  get(key: string) {
    const verdict = this.book.verdict(key, this.now)
    if (!verdict) throw new Error(`nobody has ${key}`)
    return verdict
  }
}
