import type { Assessment, FactRegistry } from '@pumphandle/collector/detect'
import type { TrueIncident } from '../scenario/scenario.ts'
import type { ComponentNames } from '../sinks/keys.ts'
import type { TrueFailure } from '../world/truth.ts'
import type { World } from '../world/world.ts'
import type { IncidentLog, LoggedIncident } from './incident-log.ts'
import type { Knowledge } from './knowledge.ts'
import type { AffectedList, RuleAlarms, ScoredIncident } from './result.ts'
import { type Alarm, THRESHOLD_RULES } from './thresholds.ts'

/** All that is needed to hold a run against its truth. */
export interface Run {
  readonly world: World
  readonly log: IncidentLog
  readonly knowledge: Knowledge
  readonly facts: Pick<FactRegistry, 'get'>
  readonly names: ComponentNames
  readonly alarms: readonly Alarm[]
}

export interface Score {
  readonly incidents: ScoredIncident[]
  readonly falseIncidents: number
  readonly missedCauses: string[]
  readonly duplicates: number
  readonly affected: AffectedList
  readonly thresholdRules: RuleAlarms[]
}

/** Holds what was raised against the scenario's truth. */
export function score(run: Run): Score {
  const truths = run.world.scenario.truth.incidents
  const standing = run.log.standing()
  // one that was raised before anything failed was a false alarm, whatever it was explained by later
  const inTime = (truth: number, incident: LoggedIncident) => secondsAfter(run, truth, incident) >= 0
  const hits = truths.map((truth, i) =>
    standing.find((incident) => accepts(truth, causeOf(run, incident.latest)) && inTime(i, incident)),
  )
  const incidents = standing.map((incident) => scoreIncident(run, incident))
  const missed = truths.filter((truth, i) => {
    const hit = hits[i]
    return !hit || secondsAfter(run, i, hit) > truth.detect_within_s
  })
  // who fails together with the cause is part of the truth: naming only the partner is half right, not false
  const trueOnes = standing.filter((incident) => {
    const key = causeOf(run, incident.latest)
    return truths.some((truth, i) => (accepts(truth, key) || truth.pair.includes(key)) && inTime(i, incident))
  })
  return {
    incidents,
    falseIncidents: standing.length - trueOnes.length,
    missedCauses: missed.map((truth) => truth.cause),
    duplicates: Math.max(0, trueOnes.length - hits.filter(Boolean).length),
    affected: affectedList(run, trueOnes),
    thresholdRules: THRESHOLD_RULES.map((rule) => scoreRule(run, rule)),
  }
}

function scoreIncident(run: Run, incident: LoggedIncident): ScoredIncident {
  const { world, knowledge } = run
  const cause = causeOf(run, incident.latest)
  const truthIndex = world.scenario.truth.incidents.findIndex((truth) => accepts(truth, cause))
  const truth = world.scenario.truth.incidents[truthIndex]
  const raised = (incident.raisedAt - world.startedAt) / 1000
  const defects = truth ? defectsOf(run, truthIndex) : new Set<number>()
  const failedBefore = failuresOf(run, defects).filter((failure) => failure.at <= raised).length
  const { partner } = incident.latest.suspect
  const seconds = truth ? secondsAfter(run, truthIndex, incident) : (incident.raisedAt - incident.firstFailureAt) / 1000
  const ranking = incident.whenRaised.ranking.map((suspect) => keyOf(run, suspect.fact))
  const rank = truth ? ranking.findIndex((key) => accepts(truth, key)) + 1 : 0
  return {
    cause,
    causeWhenRaised: causeOf(run, incident.whenRaised),
    pair: partner === null ? null : keyOf(run, partner),
    raisedAt: new Date(incident.raisedAt).toISOString(),
    secondsAfterFirstFailure: Math.round(seconds * 10) / 10,
    failuresBefore: Math.max(knowledge.failuresKnownBy(raised, defects), incident.whenRaised.failures),
    failedBefore,
    correct: truth !== undefined && seconds >= 0 && seconds <= truth.detect_within_s,
    rankOfTruth: rank || null,
  }
}

function accepts(truth: TrueIncident, key: string): boolean {
  return truth.cause === key || truth.also_ok.includes(key)
}

function keyOf(run: Run, fact: number): string {
  return run.names.scenarioKey(run.facts.get(fact).key)
}

function causeOf(run: Run, assessment: Assessment): string {
  return keyOf(run, assessment.suspect.fact)
}

/** Defects behind a true incident: all of them where there is one incident, else the one of the same number. */
function defectsOf(run: Run, truthIndex: number): Set<number> {
  const { defects, truth } = run.world.scenario
  return new Set(truth.incidents.length === 1 ? defects.keys() : [truthIndex])
}

function failuresOf(run: Run, defects: ReadonlySet<number>): TrueFailure[] {
  return run.world.truth.failures().filter((failure) => defects.has(failure.defect))
}

function secondsAfter(run: Run, truthIndex: number, incident: LoggedIncident): number {
  const first = failuresOf(run, defectsOf(run, truthIndex))[0]
  return first ? (incident.raisedAt - run.world.startedAt) / 1000 - first.at : 0
}

function affectedList(run: Run, incidents: readonly LoggedIncident[]): AffectedList {
  const listed = new Set(incidents.flatMap((incident) => [...run.log.affected(incident.incident)]))
  const failed = run.world.truth.failures().length
  const right = [...listed].filter((machine) => run.world.truth.isAffected(machine)).length
  return {
    listed: listed.size,
    failed,
    precision: listed.size > 0 ? right / listed.size : null,
    recall: failed > 0 ? right / failed : null,
  }
}

function scoreRule(run: Run, rule: string): RuleAlarms {
  const fired = run.alarms
    .filter((alarm) => alarm.rule === rule)
    .map((alarm) => (alarm.at - run.world.startedAt) / 1000)
  const first = run.world.truth.failures()[0]?.at ?? Infinity
  const after = fired.find((time) => time >= first)
  return {
    rule,
    alarms: fired.length,
    false: fired.filter((time) => time < first).length,
    secondsAfterFirstFailure: after === undefined ? null : after - first,
  }
}
