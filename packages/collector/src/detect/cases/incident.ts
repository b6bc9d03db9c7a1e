import { DAY } from '../numbers/seconds.ts'
import type { Candidate } from '../suspects/candidate.ts'
import type { Partner } from '../suspects/partners.ts'
import type { Test } from '../suspects/strength.ts'
import { ANY, LEFT, type WindowId } from '../words/ages.ts'
import { ABSENT, APP, CLASSES, LONG_GONE, NO_RETURN } from '../words/classes.ts'
import { ageOf, type FailureRecord } from '../words/failure.ts'
import type { Failure, SparedGroup, Suspect } from '../words/finding.ts'
import type { FactId, MachineId, SiteId } from '../words/ids.ts'
import { classOf, type Subject } from '../words/subject.ts'

/** A failure this long after its arrival is not laid at an update's door, unless the incident rests on all ages. */
const EXPLAINS_SECONDS = 8 * DAY

/** Evidence (natural log) for a partner beyond which failures without it are not the incident's. */
const SURE_PARTNER = 8

/** Crashes that must name one culprit, and their share of all, before another culprit's crash is left out. */
const DOMINANT_CRASHES = 5
const DOMINANT_SHARE = 0.8

interface Affected {
  readonly failure: Failure
  readonly tier: 'confirmed' | 'presumed'
}

/** Failures seen: in all, and lately (decayed) as of `at`, seconds epoch. */
export interface Seen {
  readonly total: number
  readonly lately: number
  readonly at: number
  /** The practice of the last one. */
  readonly site: SiteId
}

/** An incident as the detector keeps it. Times in seconds epoch. */
export interface Incident {
  readonly id: number
  readonly raisedAt: number
  /** When it was raised or last reopened. */
  openedAt: number
  readonly test: Test
  firstFailure: number
  lastFailure: number
  fact: FactId
  /** The suspect had left the machines before they failed. */
  formerly: boolean
  partner: Partner | null
  open: boolean
  closedAt: number
  mergedInto: number
  candidates: readonly Candidate[]
  spared: readonly SparedGroup[]
  /** Every fact that was ever the first suspect. */
  readonly suspects: FactId[]
  readonly affected: Map<MachineId, Affected>
  /** Crashes by culprit. */
  readonly culprits: Map<string, number>
  /** Failures that say nothing of their cause and that the suspect would explain, by class: joined or not. */
  readonly seen: Map<number, Seen>
  /** The culprit that most of its crashes named when it was last looked which failures are its own. */
  culpritWas: string | null
  /** Whether the partner was sure when failures were last claimed. */
  partnerWasSure: boolean
  /** How many of its machines are known to have failed by more than silence. */
  confirmed: number
  /** Presumed machines that were back with the same boot after all. */
  readonly alive: Map<MachineId, FailureRecord>
  /** Machines that were late and came back by themselves within the time that a long restart may take. */
  readonly cameBack: Map<MachineId, FailureRecord>
  /** Failures have joined since it was ranked. */
  dirty: boolean
  rankedAt: number
  rankedWith: number
}

export function suspectOf(incident: Incident): Suspect {
  return { fact: incident.fact, partner: incident.partner?.fact ?? null }
}

/** Ways in which a start fails. */
const STARTS: ReadonlySet<Subject> = new Set<Subject>([NO_RETURN, LONG_GONE, ABSENT])

/** Whether its machines do not start: silence of those that run is then something else. */
function isOfStarts(incident: Incident): boolean {
  return STARTS.has(incident.test.subject)
}

/** Whether the incident's suspect explains the failure. */
export function explains(incident: Incident, record: FailureRecord): boolean {
  if (incident.formerly) return record.former.includes(incident.fact) || ageOf(record, incident.fact) < EXPLAINS_SECONDS
  if (isOfStarts(incident) && record.crashKind !== 'bugcheck' && !record.classes.some((cls) => STARTS.has(cls)))
    return false
  // programs crash with their servers, whatever is wrong with a driver at the same hour
  if (record.classes[0] === APP && classOf(incident.test.subject) !== APP) return false
  const age = ageOf(record, incident.fact)
  if (Number.isNaN(age) || (incident.test.window !== ANY && age >= EXPLAINS_SECONDS)) return false
  if (
    incident.partner &&
    incident.partner.score > SURE_PARTNER &&
    !incident.partner?.versions.some((v) => record.facts.includes(v))
  )
    return false
  const dominant = dominantCulprit(incident)
  return (
    dominant === null ||
    record.culprit === null ||
    record.crashKind !== 'bugcheck' ||
    record.culprit.toLowerCase() === dominant
  )
}

/** Whether failures without the partner are surely not the incident's. */
export function isPartnerSure(incident: Incident): boolean {
  return incident.partner !== null && incident.partner.score > SURE_PARTNER
}

/** The culprit that most of the incident's crashes name, or null. */
export function dominantCulprit(incident: Incident): string | null {
  let total = 0
  let best = ''
  let most = 0
  for (const [culprit, n] of incident.culprits) {
    total += n
    if (n > most) [best, most] = [culprit, n]
  }
  return most >= DOMINANT_CRASHES && most >= DOMINANT_SHARE * total ? best : null
}

/** The failure as a finding tells it. */
export function failureOf(record: FailureRecord, fact: FactId): Failure {
  const age = ageOf(record, fact)
  return {
    machine: record.machine,
    site: record.site,
    failedAt: Math.round(record.failedAt * 1000),
    knownAt: Math.round(record.knownAt * 1000),
    classes: record.classes.map((c) => CLASSES[c].name),
    crashKind: record.crashKind,
    stopCode: record.stopCode,
    culprit: record.culprit,
    secondsAfterExposure: Number.isFinite(age) ? age : null,
  }
}

/** Whether the incident rests on a fact that was gone when its machines failed. */
export function restsOnFormer(window: WindowId): boolean {
  return window === LEFT
}
