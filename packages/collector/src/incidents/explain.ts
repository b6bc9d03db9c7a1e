import type { Explanation, Suspect } from '@pumphandle/shared/api'
import { stopCodeName } from '@pumphandle/shared/stop-codes'
import { SECOND } from '@pumphandle/shared/time'
import { durationInWords } from '@pumphandle/shared/words'
import type { Assessment, FactRegistry, RankedSuspect } from '../detect/index.ts'
import { stopText } from '../model/stop-code.ts'
import { componentRef } from './components.ts'
import { sentence } from './sentence.ts'
import { AGE_WINDOWS, ASSUMPTIONS, FAILURE_CLASSES, REASONS } from './words.ts'

/** The detector's assessment as the data that page, API, notification and evidence pack all show. */
export function explain(assessment: Assessment, facts: FactRegistry): Explanation {
  const { strength, table } = assessment
  const cause = componentRef(facts.get(assessment.suspect.fact).key)
  const partner = assessment.suspect.partner === null ? null : componentRef(facts.get(assessment.suspect.partner).key)
  return {
    sentence: sentence(assessment, cause, partner),
    table: {
      exposed: { machines: table.exposed.machines, failures: table.exposed.failed },
      unexposed: { machines: table.comparable.machines, failures: table.comparable.failed },
    },
    observed: strength.observed,
    expected: strength.expected,
    logP: strength.log10P * Math.LN10,
    logThreshold: strength.log10Threshold * Math.LN10,
    failureClass: FAILURE_CLASSES[strength.failureClass],
    ageWindow: AGE_WINDOWS[strength.ageWindow],
    memory: durationInWords(strength.memorySeconds * SECOND),
    suspects: assessment.ranking.map((ranked, i) => suspect(ranked, i === 0 ? null : assessment.ranking[0], facts)),
    partnerVersions: assessment.partnerVersions.map((fact) => componentRef(facts.get(fact).key)),
    spared: assessment.spared.map((group) => componentRef(facts.get(group.fact).key)),
    secondsToFailure:
      assessment.firstSecondsAfterExposure === null || assessment.medianSecondsAfterExposure === null
        ? null
        : { first: assessment.firstSecondsAfterExposure, median: assessment.medianSecondsAfterExposure },
    culprits: counted(assessment.evidence.map((failure) => failure.culprit)).map(([driver, count]) => ({
      driver,
      count,
    })),
    stopCodes: counted(
      assessment.evidence.map((failure) => (failure.stopCode === null ? null : stopText(failure.stopCode))),
    ).map(([code, count]) => ({ code, name: stopCodeName(Number(code)) ?? null, count })),
    assumptions: assessment.assumptions.map((code) => ASSUMPTIONS[code]),
  }
}

function suspect(ranked: RankedSuspect, first: RankedSuspect | null | undefined, facts: FactRegistry): Suspect {
  const component = componentRef(facts.get(ranked.fact).key)
  return {
    component,
    partner: ranked.partner === null ? null : componentRef(facts.get(ranked.partner).key),
    strength: ranked.score,
    covers: ranked.covers,
    reasons: ranked.reasons.map((reason) => REASONS[reason]),
    whyNot: first ? whyNot(ranked, first) : null,
  }
}

function whyNot(ranked: RankedSuspect, first: RankedSuspect): string {
  const behind = first.score - ranked.score
  const ratio = behind > 20 ? 'overwhelmingly' : behind > 5 ? 'far' : behind > 1 ? 'somewhat' : 'barely'
  const covers =
    ranked.covers < first.covers - 0.05
      ? `only ${Math.round(ranked.covers * 100)}% of the failed machines have it`
      : ranked.expected > first.expected * 2
        ? 'many machines have it and are well'
        : 'by its own history more failures would be expected'
  return `Explains the failures ${ratio} less well: ${covers}.`
}

/** Values with how often each occurs, most frequent first; nulls are left out. */
function counted(values: readonly (string | null)[]): [string, number][] {
  const counts = new Map<string, number>()
  for (const value of values) if (value !== null) counts.set(value, (counts.get(value) ?? 0) + 1)
  return [...counts].sort((a, b) => b[1] - a[1])
}
