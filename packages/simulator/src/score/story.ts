import { counted } from '@pumphandle/shared/words'
import type { ConfounderSpec } from '../scenario/confounder.ts'
import type { RolloutSpec } from '../scenario/rollout.ts'
import type { ScenarioResult, ScoredIncident } from './result.ts'
import type { Run } from './score.ts'

/** What happened in a run, in sentences and in order of time. */
export function tellStory(run: Run, result: Pick<ScenarioResult, 'incidents' | 'affected' | 'missedCauses'>): string {
  const { scenario, fleet, seconds } = run.world
  const opening = [
    `${scenario.title || scenario.id}.`,
    `${counted(fleet.machines, 'machine')} in ${counted(fleet.sites.length, 'practice')} and ${counted(fleet.sitesOfRegion.length, 'region')}, watched for ${duration(seconds)} from ${scenario.clock.start}.`,
  ]
  const moments = [
    ...scenario.rollouts.flatMap(tellRollout),
    ...scenario.confounders.map((confounder) => ({ at: confounder.at_s, says: tellConfounder(confounder) })),
    ...tellFailures(run),
    ...result.incidents.map((incident) => tellIncident(run, incident)),
  ]
  moments.sort((a, b) => a.at - b.at)
  const lines = moments.map(({ at, says }) => `${clockTime(run, at)}  ${says}`)
  return [...opening, '', ...lines, '', ...tellEnd(run, result)].join('\n')
}

interface Moment {
  readonly at: number
  readonly says: string
}

function tellRollout(rollout: RolloutSpec): Moment[] {
  const name = `${rollout.slot} ${rollout.fam ?? rollout.product ?? 'windows'} ${rollout.version}`
  const stages = rollout.stages ?? [{ at_s: 0, share: 1 }]
  const begins = stages.map((stage, i) => {
    const whom = stage.share >= 1 ? 'everyone it is meant for' : `${percent(stage.share)} of those it is meant for`
    return { at: rollout.at_s + stage.at_s, says: `${name} ${i === 0 ? 'begins to reach' : 'goes on to'} ${whom}.` }
  })
  if (rollout.revert_at_s === undefined) return begins
  const instead = rollout.revert_version ?? 'revert'
  return [...begins, { at: rollout.revert_at_s, says: `${name} is withdrawn; ${instead} is sent instead.` }]
}

function tellConfounder(confounder: ConfounderSpec): string {
  const { type, at_s: _, ...rest } = confounder
  const details = Object.entries(rest).flatMap(([key, value]) =>
    value === undefined ? [] : [`${key} ${typeof value === 'object' ? JSON.stringify(value) : String(value)}`],
  )
  return `No bad version, but: ${type.replaceAll('_', ' ')} (${details.join(', ')}).`
}

function tellFailures(run: Run): Moment[] {
  const failures = run.world.truth.failures()
  return run.world.scenario.defects.flatMap((defect, i) => {
    const own = failures.filter((failure) => failure.defect === i)
    const first = own[0]
    const last = own.at(-1)
    if (!first || !last) return []
    const symptom = defect.symptom.replaceAll('_', ' ')
    return [
      { at: first.at, says: `The first machine fails (${symptom}).` },
      { at: last.at, says: `The last of ${counted(own.length, 'machine')} fails for the first time (${symptom}).` },
    ]
  })
}

function tellIncident(run: Run, incident: ScoredIncident): Moment {
  const at = (Date.parse(incident.raisedAt) - run.world.startedAt) / 1000
  const partner = incident.pair === null ? '' : ` together with ${incident.pair}`
  const changed = incident.causeWhenRaised === incident.cause ? '' : `, first taken for ${incident.causeWhenRaised}`
  const after = `${duration(incident.secondsAfterFirstFailure)} after the first failure, ${incident.failuresBefore} known`
  const verdict = incident.correct ? 'That is right.' : 'That is wrong, or too late.'
  return { at, says: `Incident: ${incident.cause}${partner}${changed} (${after}). ${verdict}` }
}

function tellEnd(run: Run, result: Pick<ScenarioResult, 'incidents' | 'affected' | 'missedCauses'>): string[] {
  const { affected } = result
  const missed = result.missedCauses.map((cause) => `${cause} was not named in time.`)
  if (affected.failed === 0) {
    return result.incidents.length === 0 ? ['Nothing was wrong, and nothing was raised.'] : ['Nothing was wrong.']
  }
  const list =
    affected.precision === null || affected.recall === null
      ? 'no incident lists them'
      : `incidents list ${counted(affected.listed, 'machine')}: ${percent(affected.precision)} of the list is right, ${percent(affected.recall)} of the failed are on it`
  const rules = run.alarms.length === 0 ? 'Threshold rules stayed silent.' : tellRules(run)
  return [...missed, `${counted(affected.failed, 'machine')} failed; ${list}.`, rules]
}

function tellRules(run: Run): string {
  const [first] = run.alarms
  return `Threshold rules alarmed ${counted(run.alarms.length, 'time')}, first at ${clockTime(run, (first!.at - run.world.startedAt) / 1000)} (${first!.rule}).`
}

function clockTime(run: Run, at: number): string {
  return new Date(run.world.epoch(at))
    .toISOString()
    .slice(run.world.seconds > 86_400 ? 5 : 11, 19)
    .replace('T', ' ')
}

function percent(share: number): string {
  return `${Math.round(share * 1000) / 10} %`
}

function duration(seconds: number): string {
  if (seconds < 120) return `${Math.round(seconds)} s`
  if (seconds < 7200) return `${Math.round(seconds / 60)} min`
  if (seconds < 172_800) return `${Math.round(seconds / 3600)} h`
  return `${Math.round(seconds / 86_400)} days`
}
