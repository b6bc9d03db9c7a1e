import type { CollectorHealth } from '@pumphandle/shared/api'
import type { Clock } from '@pumphandle/shared/clock'
import { RateByKey } from '@pumphandle/shared/flow'
import { DAY, MINUTE } from '@pumphandle/shared/time'
import type { GoodbyeReason, Hello } from '@pumphandle/shared/wire'
import { said } from '@pumphandle/shared/words'
import {
  Detector,
  type DetectorSettings,
  FactRegistry,
  type Finding,
  type Observation,
  type Origin,
} from '../detect/index.ts'
import type { Changes } from '../fleet/changes.ts'
import type { FleetMachine } from '../fleet/machine.ts'
import { IncidentDesk, Incidents } from '../incidents/index.ts'
import type { Pipeline } from '../ingest/follower.ts'
import type { Logger } from '../log/logger.ts'
import type { Arrived } from '../model/arrived.ts'
import type { ComponentChange } from '../model/component.ts'
import type { FleetView } from '../model/fleet-view.ts'
import { writeFacts } from '../store/facts.ts'
import type { Store, Tx } from '../store/index.ts'
import { writeSnapshot } from '../store/snapshots.ts'
import { Verdicts } from '../verdicts/index.ts'
import { VersionBook } from '../versions/index.ts'
import { writeBook } from '../versions/stored.ts'
import { modelKey, ownerOfFile } from './fact-keys.ts'
import { Feedback } from './feedback.ts'
import { enrolled, fromEvent, goodbye, online, silent } from './observe.ts'
import { factChanges } from './products.ts'
import { snapshotToText } from './snapshot-text.ts'
import { type UnderMaintenance, withoutFailure } from './under-maintenance.ts'

export const SNAPSHOT_NAME = 'detector'
/**
 * How much of what was learned of presence a crash of the collector may cost; events are caught up with from the store.
 * A snapshot of 100,000 machines costs a third of a second of work, in pieces.
 */
const SNAPSHOT_EVERY_MS = 15 * MINUTE

export interface DetectionOptions {
  readonly clock: Clock
  readonly log: Logger
  readonly store: Store
  readonly view: FleetView
  readonly changes: Changes
  /** Whether a machine counts, or is a newcomer that others speak for. */
  readonly hasVoice: (machine: FleetMachine) => boolean
  /** By what a machine came that is new to the fleet. */
  readonly originOf: (machine: number) => Origin | undefined
  /** The same by its number: what newcomers do is no verdict's business. */
  readonly isHeard: (machine: number) => boolean
  /** Whether a service of this name is to be measured, as it is set now. */
  readonly isProbe: (name: string) => boolean
  readonly settings: Partial<Omit<DetectorSettings, 'alarmsPerFleetYear'>>
  /** False incidents per fleet-year, as admins have it set now. */
  readonly alarmBudget: () => number
  /** Failures of these machines are kept from the detector. */
  readonly maintenance: Pick<UnderMaintenance, 'has'>
  /** Highest `event.seq` that was passed on, for the snapshot. */
  readonly lastSeq: () => number
  /** Ids of facts as the store has them. */
  readonly facts: readonly string[]
  /** Highest incident id ever given. */
  readonly lastIncident: number
  /** In a cluster: what a brain keeps beside the detector, so that another can go on from there. */
  readonly beside?: Beside | undefined
  /** A detector restored from its snapshot; absent: a new one. */
  readonly restore?: (facts: FactRegistry) => Detector
}

/** How long it is said that nothing was raised of machines that came by one way. */
const DOUBTED_MS = DAY
/**
 * Facts that one machine may be the first to have: all that a computer has, and some more each day. A fleet's first machine brings
 * some 200, and all machines of a fleet together some 100 a day.
 */
const FIRSTS = { burst: 800, perSecond: 40 / 86_400 }

/** Asked at the moment that something is taken down; the answer writes what else belongs to that moment. */
export interface Beside {
  /** To what is stored of incidents; `tickAt` is the last second that they have seen, ms epoch. Undefined: nothing new. */
  readonly incidents: (tickAt: number) => ((tx: Tx) => Promise<void>) | undefined
  readonly snapshot: () => (tx: Tx) => Promise<void>
  /** How much of the journal a takeover has to replay at most, ms. */
  readonly snapshotEveryMs: number
}

/**
 * From what machines did to incidents: observations to the detector, its findings to the incidents, and the other verdicts
 * beside it. All in memory and in order; what changed is written once a second.
 */
export class Detection implements Pipeline {
  readonly #options: DetectionOptions
  readonly facts = new FactRegistry()
  readonly detector: Detector
  readonly incidents: Incidents
  readonly verdicts: Verdicts
  readonly desk: IncidentDesk
  /** What can be said of each version; counts from {@link openBook} on. */
  readonly versions: VersionBook
  /** What people said of incidents that were over. */
  readonly feedback: Feedback
  readonly #firsts = new RateByKey(FIRSTS)
  /** Facts that the store has. */
  #storedFacts: number
  #snapshotAt: number
  #tickedAt = 0
  #isRehearsing = false

  constructor(options: DetectionOptions) {
    this.#options = options
    const { beside, clock, store, view, changes } = options
    for (const key of options.facts) this.facts.intern(key)
    this.#storedFacts = this.facts.size
    this.facts.declareOwners(ownerOfFile)
    this.detector = options.restore?.(this.facts) ?? new Detector({ facts: this.facts, settings: options.settings })
    this.versions = new VersionBook(this.detector.population, this.facts, (change) =>
      changes.emit('verdict-changed', change),
    )
    this.incidents = new Incidents(
      {
        facts: this.facts,
        detector: this.detector,
        fleet: view,
        onChange: (change) => {
          this.versions.blame(change.incident, clock.now())
          changes.emit('incident-changed', { incident: change.incident.id, at: clock.now(), change })
        },
      },
      options.lastIncident,
    )
    this.verdicts = new Verdicts(view, this.incidents)
    this.desk = new IncidentDesk({
      clock,
      store,
      fleet: view,
      incidents: this.incidents,
      upTo: beside && (() => beside.incidents(this.#tickedAt)),
    })
    this.feedback = new Feedback({ store, clock, facts: this.facts, versions: this.versions, desk: this.desk })
    this.#snapshotAt = clock.now()
    this.detector.alarmsPerFleetYear = options.alarmBudget()
  }

  /** Machines that came lately by one way fail, and nobody else: people have to look whether they are real. */
  get problem(): CollectorHealth['problems'][number] | undefined {
    const { doubt } = this.detector
    if (!doubt || this.#tickedAt - doubt.at > DOUBTED_MS) return undefined
    return {
      code: 'one-origin-fails',
      title: `${doubt.machines} machines that were enrolled lately by one token fail with ${said(this.facts.get(doubt.fact).key)}, and no others do: no incident was opened. Look whether they are real; if so, answer for their practice on its page.`,
      severity: 'warning',
    }
  }

  online(m: FleetMachine, hello: Hello, newBoot: boolean, at: number): void {
    this.observe(online(m, hello, newBoot, at))
  }

  goodbye(m: FleetMachine, reason: GoodbyeReason, at: number): void {
    this.observe(goodbye(m, reason, at))
  }

  /** Its end without a goodbye says nothing until it was silent for long enough. */
  closed(): void {}

  /** A machine was enrolled or moved. */
  enrolled(m: FleetMachine, at: number): void {
    this.observe(enrolled(m, this.#options.hasVoice(m), at, this.#options.originOf(m.id)))
  }

  silent(m: FleetMachine, at: number, othersAlive: boolean): void {
    this.observe(silent(m, at, othersAlive))
  }

  /** A person of its practice says that a machine does not start: weak evidence, and none of a machine that is heard. */
  reported(machine: number, at: number): void {
    this.observe({ type: 'reported', at, machine })
  }

  event(m: FleetMachine, arrived: Arrived, now: number): void {
    const { event, at } = arrived
    if (event.type === 'reachability') {
      // a machine may measure what it likes: only what somebody asked for is told of
      const results = event.results.filter(({ name }) => this.#options.isProbe(name))
      this.verdicts.takeReachability(m.id, results, at)
    }
    if (event.type === 'inventory' && event.model !== undefined)
      this.component(m.id, modelKey(event.model), 'present', null, now)
    const observation = fromEvent(m, arrived, now)
    if (observation) this.observe(observation)
  }

  components(m: FleetMachine, changes: readonly ComponentChange[], now: number): void {
    for (const { key, change, since } of factChanges(changes)) this.component(m.id, key, change, since, now)
  }

  /** Says that a machine has, got or lost what a fact stands for. */
  component(machine: number, key: string, change: ComponentChange['change'], since: number | null, at: number): void {
    // what nobody had is remembered for ever: of a machine that brings more of it than any does, nothing is
    if (this.facts.find(key) === undefined && !this.#firsts.take(String(machine), at)) return
    this.observe({ type: 'component', at, machine, fact: this.facts.intern(key), change, since })
  }

  observe(observed: Observation): void {
    const muted = 'machine' in observed && this.#options.maintenance.has(observed.machine)
    const observation = muted ? withoutFailure(observed) : observed
    if (observation === undefined) return
    if (this.#isRehearsing) return void this.detector.observe(observation)
    this.#apply(this.detector.observe(observation))
    this.incidents.observe(observation)
    const judged =
      'machine' in observation && !this.#options.isHeard(observation.machine)
        ? withoutFailure(observation)
        : observation
    if (!judged) return
    this.verdicts.observe(judged)
    this.versions.observe(judged)
  }

  /** The detector alone learns, in `run`, what others have judged and stored already. */
  async rehearse(run: () => Promise<void>): Promise<void> {
    this.#isRehearsing = true
    try {
      await run()
    } finally {
      this.#isRehearsing = false
    }
  }

  /** Time passes: call once a second. */
  tick(now: number): void {
    this.pass(now)
    this.#write(now).catch((error: unknown) => {
      this.#options.log.error({ err: error }, 'incidents could not be stored; they are tried again in a second')
    })
  }

  /** Time passes, and nothing is written. */
  pass(now: number): void {
    this.#tickedAt = now
    this.detector.alarmsPerFleetYear = this.#options.alarmBudget()
    if (this.#isRehearsing) return void this.detector.tick(now)
    this.#apply(this.detector.tick(now))
    this.incidents.tick(now)
    this.verdicts.tick(now)
    this.versions.tick(now)
  }

  /** Writes everything that is only in memory. */
  async close(): Promise<void> {
    const now = this.#options.clock.now()
    await this.desk.flush()
    this.versions.writeAll()
    await writeBook(this.versions, this.#options.store, now)
    await this.snapshot(now)
  }

  #apply(findings: readonly Finding[]): void {
    for (const finding of findings) {
      this.incidents.apply(finding)
      if (finding.type === 'joined') {
        const blamed = this.incidents.blamedBy(finding.incident)
        if (blamed) this.versions.explain(finding.failure.machine, finding.failure.failedAt, blamed)
      }
      this.#options.changes.emit('finding', { finding, at: finding.at })
      if (finding.type !== 'joined' && finding.type !== 'reranked')
        this.#options.log.info({ finding: finding.type, incident: finding.incident }, 'the detector found something')
    }
  }

  async #write(now: number): Promise<void> {
    await this.desk.flush()
    await writeBook(this.versions, this.#options.store, now)
    if (now - this.#snapshotAt >= (this.#options.beside?.snapshotEveryMs ?? SNAPSHOT_EVERY_MS)) await this.snapshot(now)
  }

  /** Writes what the detector has learned, for another start. */
  async snapshot(now: number): Promise<void> {
    this.#snapshotAt = now
    // all at one moment: events up to this number have been counted
    const seq = this.#options.lastSeq()
    const writeBeside = this.#options.beside?.snapshot()
    const snapshot = this.detector.snapshot()
    const from = this.#storedFacts
    const keys = Array.from({ length: this.facts.size - from }, (_, i) => this.facts.get(from + i).key)
    const body = await snapshotToText(snapshot)
    await this.#options.store.transaction(async (tx) => {
      await writeFacts(tx, from, keys)
      await writeSnapshot(tx, SNAPSHOT_NAME, { at: now, seq, body })
      await writeBeside?.(tx)
    })
    this.#storedFacts = from + keys.length
  }
}
