import type { Fleet } from '../fleet/fleet.ts'
import type { Candidate } from '../suspects/candidate.ts'
import { strengthOf } from '../suspects/strength.ts'
import { ANY, FRESH, LEFT } from '../words/ages.ts'
import { type Assessment, type Assumption, type Failure, MAX_EVIDENCE, type RankedSuspect } from '../words/finding.ts'
import { isMark, isSilence } from '../words/subject.ts'
import { dominantCulprit, type Incident, suspectOf } from './incident.ts'

/** Suspects that a finding carries. */
const MAX_RANKED = 8

/** All that is known of an incident, as data for the explanation. */
export function assess(incident: Incident, fleet: Fleet, failedWithout: number): Assessment {
  const failures = [...incident.affected.values()].map((a) => a.failure)
  const seconds = spread(failures)
    .flatMap((f) => f.secondsAfterExposure ?? [])
    .toSorted((a, b) => a - b)
  return {
    suspect: suspectOf(incident),
    partnerVersions: incident.partner?.versions ?? [],
    strength: strengthOf(incident.test),
    table: tableOf(incident, fleet, failures, failedWithout),
    firstSecondsAfterExposure: seconds[0] ?? null,
    medianSecondsAfterExposure: seconds[seconds.length >> 1] ?? null,
    ranking: rankingOf(incident),
    spared: incident.spared,
    dominantCulprit: dominantCulprit(incident),
    assumptions: assumptionsOf(incident),
    // Joined in the order in which they became known.
    evidence: failures.slice(-MAX_EVIDENCE).toReversed(),
    failures: failures.length,
    practices: new Set(failures.map((f) => f.site)).size,
    regions: new Set(failures.map((f) => fleet.regionOf(f.site))).size,
  }
}

/** At most this many failures, evenly chosen, to take a median of. */
const MAX_MEDIAN = 2000

function spread(failures: readonly Failure[]): readonly Failure[] {
  const stride = Math.ceil(failures.length / MAX_MEDIAN)
  return stride <= 1 ? failures : failures.filter((_, i) => i % stride === 0)
}

function tableOf(
  incident: Incident,
  fleet: Fleet,
  failures: readonly Failure[],
  failedWithout: number,
): Assessment['table'] {
  const { exposure, machines, inventory } = fleet
  const slot = exposure.slots.find(incident.fact)
  const connected = slot < 0 ? 0 : exposure.machines(slot, ANY)
  // who had it and was well is watched still: without them, whoever fails would be all that is left after a roll-back
  const had = connected + (slot < 0 ? 0 : exposure.machines(slot, LEFT))
  const isGone = ({ machine }: Failure) => !machines.isConnected(machine)
  const gone = failures.filter((f) => isGone(f) && inventory.arrival(f.machine, incident.fact) !== null).length
  return {
    exposed: { machines: Math.max(failures.length, had + gone), failed: failures.length },
    comparable: {
      // who failed with it and has it no more is no machine without it
      machines: Math.max(failedWithout, exposure.fleet - Math.max(had, failures.length - gone)),
      failed: failedWithout,
    },
  }
}

/** The suspect first, then its rivals with the reasons for and against them. */
function rankingOf(incident: Incident): RankedSuspect[] {
  const first = incident.candidates.find((c) => c.fact === incident.fact)
  const rivals = incident.candidates.filter((c) => c !== first)
  const all = first ? [first, ...rivals] : rivals
  return all.slice(0, MAX_RANKED).map((c) => ranked(c, incident, first))
}

function ranked(candidate: Candidate, incident: Incident, first: Candidate | undefined): RankedSuspect {
  const fewer = first !== undefined && candidate !== first && candidate.covers < first.covers - 0.05
  return {
    fact: candidate.fact,
    partner: candidate.fact === incident.fact ? (incident.partner?.fact ?? null) : null,
    score: candidate.score,
    covers: candidate.covers,
    observed: candidate.observed,
    expected: candidate.expected,
    medianSecondsAfterExposure: Number.isFinite(candidate.medianAge) ? candidate.medianAge : null,
    reasons: fewer ? [...candidate.reasons, 'explains-fewer'] : candidate.reasons,
  }
}

function assumptionsOf(incident: Incident): Assumption[] {
  const { test } = incident
  const controls = test.controlsExpected > 0 || test.controlsObserved > 0
  const assumed: Assumption[] = [
    'one-vote-per-practice',
    'baseline-from-fleet',
    controls ? 'others-are-controls' : 'no-controls-only-timing',
  ]
  if (isSilence(test.subject)) assumed.push('silence-is-failure')
  if (!isMark(test.subject) && test.window === FRESH) assumed.push('baseline-from-prior')
  if (incident.partner) assumed.push('pair-from-sample')
  return assumed
}
