import type { Clock } from '@pumphandle/shared/clock'
import { SECOND } from '@pumphandle/shared/time'
import { hitOf } from '@pumphandle/shared/words'
import type { FleetReader } from '../fleet/fleet.ts'
import type { Incident, Incidents } from '../incidents/index.ts'
import { sentenceOfPart } from '../incidents/sentence.ts'
import type { IncidentRecord } from '../model/incident-record.ts'
import type { Member } from '../model/member.ts'

/** How old a view of an incident that did not change may be: one of 100,000 members takes some 20 ms. */
const FRESH_MS = SECOND
/** Kinds that have no machines, and are of nobody's place: whoever is signed in sees them, without their counts. */
const OF_ALL = ['clinical-system', 'blind']

/** Machines that are seen. */
type Seen = Pick<FleetReader, 'size' | 'byId' | 'machines'>

interface Kept {
  readonly at: number
  readonly incident: Incident | undefined
}

/**
 * Incidents as somebody sees them who has some places: those that have one of their machines, with these machines alone, in
 * every count. What the detector compared is of the whole fleet, and left out.
 */
export class IncidentsWithin {
  readonly #whole: Pick<Incidents, 'active' | 'get' | 'view'>
  readonly #fleet: Seen
  readonly #clock: Pick<Clock, 'now'>
  readonly #kept = new Map<number, Kept>()
  readonly #changed = new Set<number>()

  constructor(whole: Pick<Incidents, 'active' | 'get' | 'view'>, fleet: Seen, clock: Pick<Clock, 'now'>) {
    this.#whole = whole
    this.#fleet = fleet
    this.#clock = clock
  }

  get(id: number): Incident | undefined {
    const now = this.#clock.now()
    const kept = this.#kept.get(id)
    if (kept && !this.#changed.has(id) && now - kept.at < FRESH_MS) return kept.incident
    this.#changed.delete(id)
    const whole = this.#whole.get(id)
    if (!whole) {
      this.#kept.delete(id)
      return undefined
    }
    const members = this.#membersOf(whole)
    const isSeen = members.length > 0 || OF_ALL.includes(whole.record.kind)
    const incident = isSeen ? this.view(whole.record, members) : undefined
    this.#kept.set(id, { at: now, incident })
    return incident
  }

  /** An incident changed: what is kept of it is not true any more. */
  changed(id: number): void {
    if (this.#kept.has(id)) this.#changed.add(id)
  }

  active(): Incident[] {
    return this.#whole.active().flatMap(({ record }) => this.get(record.id) ?? [])
  }

  /** @param members those of the places alone */
  view(record: IncidentRecord, members: readonly Member[]): Incident {
    const failed = members.filter((member) => member.failures > 0)
    const own = { ...record, explanation: null }
    const incident = this.#whole.view(
      own,
      members.map((member) => ({ ...member })),
    )
    own.sentence = sentenceOf(record, incident)
    own.firstFailureAt = failed.reduce((first, m) => Math.min(first, m.firstFailedAt), record.openedAt)
    own.lastFailureAt = failed.reduce((last, m) => Math.max(last, m.failedAt), own.firstFailureAt)
    return incident
  }

  #membersOf(whole: Incident): Member[] {
    const members: Member[] = []
    // whichever is fewer
    if (whole.members.size <= this.#fleet.size) {
      for (const member of whole.members.values()) if (this.#fleet.byId(member.machine)) members.push(member)
      return members
    }
    for (const { id } of this.#fleet.machines()) {
      const member = whole.members.get(id)
      if (member) members.push(member)
    }
    return members
  }
}

function sentenceOf(record: IncidentRecord, { members, tally }: Incident): string {
  const hit = hitOf(tally.total)
  if (record.explanation) return sentenceOfPart(record.sentence, members.size, hit)
  if (OF_ALL.includes(record.kind)) return `${record.title}.`
  return `${record.title}. ${hit} of your machines ${hit === 1 ? 'is' : 'are'} in it.`
}
