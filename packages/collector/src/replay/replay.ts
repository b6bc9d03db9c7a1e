import { othersTurn } from '@pumphandle/shared/others-turn'
import { DAY, HOUR, SECOND } from '@pumphandle/shared/time'
import { Detector, FactRegistry, type Finding } from '../detect/index.ts'
import { ownerOfFile } from '../pipeline/fact-keys.ts'
import { Catalogue } from '../store/catalogue.ts'
import { recordedIncidents, recordedSince } from '../store/recorded.ts'
import type { Reader } from '../store/store.ts'
import { recordedObservations } from './observations.ts'

/** How long before the time that is asked about normal rates are learned, as far as it was recorded. */
const LEARN_MS = 7 * DAY
/** How often the replayed detector is told that time has passed. */
const TICK_MS = 10 * SECOND
/** An incident that was recorded so near is the same. */
const SAME_MS = 12 * HOUR
/** Observations between two turns of everybody else. */
const PER_TURN = 5_000

export interface ReplayOptions {
  /** Ms epoch; what would have been raised from here to `until` is listed. */
  readonly from: number
  readonly until: number
  /** False incidents a year that may be raised. */
  readonly budget: number
  readonly onProgress?: ((at: number) => void) | undefined
}

/** What the detector would have raised. Times ms epoch. */
export interface ReplayedIncident {
  readonly raisedAt: number
  readonly firstFailureAt: number
  readonly cause: string
  readonly partner: string | null
  readonly failureClass: string
  /** How far under its threshold the chance was, in powers of ten. */
  readonly margin: number
  /** Machines known to have failed when it was raised, and by the end. */
  readonly knownAtRaise: number
  affected: number
  practices: number
  /** It became part of another, which is listed too. */
  isMerged: boolean
  /** The incident that was recorded at the time; null where none was. */
  recorded: number | null
}

export interface Replayed {
  readonly incidents: readonly ReplayedIncident[]
  /** Incidents of those days that this detector would not have raised. */
  readonly missed: readonly { id: number; openedAt: number; cause: string | null; title: string }[]
  /** From when on observations were there: later than asked for where nothing older is stored. */
  readonly learnedFrom: number
  readonly observations: number
}

/**
 * Runs a new detector over what the store recorded. Reads only, also of a database that a running or an older collector uses.
 * @throws RangeError when nothing was recorded of that time
 */
export async function replayRecorded(db: Reader, options: ReplayOptions): Promise<Replayed> {
  const since = await recordedSince(db)
  if (since === undefined || since >= options.until)
    throw new RangeError('Nothing was recorded of that time; changes of machines’ states are kept as long as events.')
  const learnedFrom = Math.max(since, options.from - LEARN_MS)
  const catalogue = new Catalogue()
  await catalogue.load(db)
  const facts = new FactRegistry()
  facts.declareOwners(ownerOfFile)
  const detector = new Detector({ facts, settings: { alarmsPerFleetYear: options.budget } })
  const log = new ReplayLog(facts)
  let observations = 0
  let tickedAt = learnedFrom
  const tickTo = (at: number): void => {
    for (; tickedAt + TICK_MS <= at; tickedAt += TICK_MS)
      for (const finding of detector.tick(tickedAt + TICK_MS)) log.take(finding)
  }
  for await (const told of recordedObservations({ db, catalogue, facts }, learnedFrom, options.until))
    for (const observation of told) {
      tickTo(observation.at)
      for (const finding of detector.observe(observation)) log.take(finding)
      if (++observations % PER_TURN === 0) {
        options.onProgress?.(observation.at)
        await othersTurn()
      }
    }
  tickTo(options.until)
  const recorded = await recordedIncidents(db, options.from - SAME_MS, options.until)
  return { ...matched(log.incidents(), recorded, options), learnedFrom, observations }
}

/** Findings by incident. */
class ReplayLog {
  readonly #facts: FactRegistry
  readonly #byNumber = new Map<number, ReplayedIncident & { machines: Set<number> }>()

  constructor(facts: FactRegistry) {
    this.#facts = facts
  }

  take(finding: Finding): void {
    const known = this.#byNumber.get(finding.incident)
    if (finding.type === 'raised') {
      const { suspect, strength, failures, practices } = finding.assessment
      this.#byNumber.set(finding.incident, {
        raisedAt: finding.at,
        firstFailureAt: finding.firstFailureAt,
        cause: this.#facts.get(suspect.fact).key,
        partner: suspect.partner === null ? null : this.#facts.get(suspect.partner).key,
        failureClass: strength.failureClass,
        margin: Math.round((strength.log10Threshold - strength.log10P) * 10) / 10,
        knownAtRaise: failures,
        affected: 0,
        practices,
        isMerged: false,
        recorded: null,
        machines: new Set(),
      })
    } else if (!known) return
    else if (finding.type === 'joined') known.machines.add(finding.failure.machine)
    else if (finding.type === 'retracted') known.machines.delete(finding.machine)
    else if (finding.type === 'merged') known.isMerged = true
    else if (finding.type === 'reranked' || finding.type === 'reopened') known.practices = finding.assessment.practices
  }

  incidents(): ReplayedIncident[] {
    return [...this.#byNumber.values()].map(({ machines, ...incident }) => ({ ...incident, affected: machines.size }))
  }
}

type Recorded = Awaited<ReturnType<typeof recordedIncidents>>

/** Lists what falls into the time asked for, beside what was recorded then. */
function matched(
  incidents: readonly ReplayedIncident[],
  recorded: Recorded,
  { from }: ReplayOptions,
): Pick<Replayed, 'incidents' | 'missed'> {
  const inTime = incidents.filter(({ raisedAt }) => raisedAt >= from)
  const found = new Set<number>()
  for (const incident of inTime) {
    const same = recorded.find(
      ({ cause, openedAt }) => cause === incident.cause && Math.abs(openedAt - incident.raisedAt) <= SAME_MS,
    )
    incident.recorded = same?.id ?? null
    if (same) found.add(same.id)
  }
  const missed = recorded.filter(({ id, openedAt }) => openedAt >= from && !found.has(id))
  return { incidents: inTime.toSorted((a, b) => a.raisedAt - b.raisedAt), missed }
}
