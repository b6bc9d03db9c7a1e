import { count, counted } from '@pumphandle/shared/words'
import type { QuietYears } from '../replay/quiet-year.ts'
import type { AffectedList, RuleAlarms, ScenarioResult } from '../score/result.ts'

const HEADER = [
  '| scenario | machines | failed | cause named | after first failure | known failures | false | missed | list right / complete | threshold rules: first alarm after it, false ones |',
  '|---|---|---|---|---|---|---|---|---|---|',
]

/** Results of runs as a Markdown table, one row for each scenario: its first run. */
export function resultTable(results: readonly ScenarioResult[]): string {
  return [...HEADER, ...[...byScenario(results).values()].map(([first]) => resultRow(first!))].join('\n')
}

const SEEDS_HEADER = [
  '| scenario | runs | clean | false | missed | named after, median / slowest | known failures, most | list right / complete, worst |',
  '|---|---|---|---|---|---|---|---|',
]

/** What scenarios that were run with several seeds came to; empty where none was. */
export function seedsTable(results: readonly ScenarioResult[]): string {
  const repeated = [...byScenario(results)].filter(([, runs]) => runs.length > 1)
  return repeated.length === 0 ? '' : runsTable(repeated.flatMap(([, runs]) => runs))
}

function seedsRow(name: string, runs: readonly ScenarioResult[]): string {
  const sum = (of: (run: ScenarioResult) => number) => runs.reduce((total, run) => total + of(run), 0)
  const incidents = runs.flatMap((run) => run.incidents.filter((incident) => incident.correct))
  const seconds = incidents.map((incident) => incident.secondsAfterFirstFailure).toSorted((a, b) => a - b)
  const lists = runs.map((run) => run.affected)
  const worst = (part: 'precision' | 'recall') => Math.min(...lists.map((list) => list[part] ?? 1)).toFixed(3)
  const cells = [
    name,
    String(runs.length),
    String(runs.filter(isClean).length),
    String(sum((run) => run.falseIncidents)),
    String(sum((run) => run.missed)),
    seconds.length > 0 ? `${duration(seconds[seconds.length >> 1]!)} / ${duration(seconds.at(-1)!)}` : '-',
    incidents.length > 0 ? String(Math.max(...incidents.map((incident) => incident.failuresBefore))) : '-',
    seconds.length > 0 ? `${worst('precision')} / ${worst('recall')}` : '-',
  ]
  return `| ${cells.join(' | ')} |`
}

function byScenario(results: readonly ScenarioResult[]): Map<string, ScenarioResult[]> {
  return Map.groupBy(results, (result) => result.scenario)
}

/** What a list of failed machines must come to: technicians work from it. */
const LIST_RIGHT = 0.97

/** Every true incident in time, nothing false, and a list that technicians can work from. */
export function isClean(result: ScenarioResult): boolean {
  const { precision, recall } = result.affected
  const listed = result.affected.listed === 0 || (precision! >= LIST_RIGHT && (recall ?? 1) >= LIST_RIGHT)
  return result.missed === 0 && result.falseIncidents === 0 && listed
}

/** One run in one line, for who tries a few scenarios. */
export function runLine(result: ScenarioResult): string {
  const { incidents, affected } = result
  const told = incidents.map(
    (i) =>
      `${i.correct ? '' : 'WRONG '}${i.cause}${i.pair === null ? '' : ` with ${i.pair}`} after ${duration(i.secondsAfterFirstFailure)}, ${i.failuresBefore} known`,
  )
  const list = `list ${listCell(affected)} (${affected.listed} of ${affected.failed})`
  const kind = isClean(result) ? 'clean' : `NOT CLEAN: ${result.falseIncidents} false, ${result.missed} missed`
  return [`${result.scenario} seed ${result.seed}: ${kind}; ${list}`, ...told.map((line) => `    ${line}`)].join('\n')
}

/** The sum of some runs, scenario by scenario. */
export function runsTable(results: readonly ScenarioResult[]): string {
  return [...SEEDS_HEADER, ...[...byScenario(results)].map(([name, runs]) => seedsRow(name, runs))].join('\n')
}

function resultRow(result: ScenarioResult): string {
  const { incidents, affected } = result
  const each = (tell: (incident: (typeof incidents)[number]) => string) => incidents.map(tell).join('<br>') || '-'
  const cells = [
    `${result.scenario}, seed ${result.seed}${result.through === 'collector' ? ' *' : ''}`,
    count(result.machines),
    count(affected.failed),
    each((i) => `${i.correct ? '' : '**wrong:** '}\`${i.cause}\`${i.pair === null ? '' : ` with \`${i.pair}\``}`),
    each((i) => duration(i.secondsAfterFirstFailure)),
    each((i) => String(i.failuresBefore)),
    String(result.falseIncidents),
    result.missed === 0 ? '0' : `**${result.missed}**`,
    listCell(affected),
    rulesCell(result.thresholdRules),
  ]
  return `| ${cells.join(' | ')} |`
}

function listCell({ precision, recall }: AffectedList): string {
  return precision === null || recall === null ? '-' : `${precision.toFixed(3)} / ${recall.toFixed(3)}`
}

/** The first rule that fired after the first failure, and how many alarms were false. */
function rulesCell(rules: readonly RuleAlarms[]): string {
  const falseOnes = rules.reduce((sum, rule) => sum + rule.false, 0)
  const [first] = rules
    .filter((rule) => rule.secondsAfterFirstFailure !== null)
    .sort((a, b) => a.secondsAfterFirstFailure! - b.secondsAfterFirstFailure!)
  const told = first ? `${duration(first.secondsAfterFirstFailure!)} (${first.rule})` : 'none'
  return `${told}; ${falseOnes} false`
}

/** Quiet years: what was raised though nothing was wrong, beside what the rules raised. */
export function quietTable(years: QuietYears): string {
  const rows = Object.entries(years.thresholdRulesPerFleetYear).map(([rule, n]) => `| rule: ${rule} | ${n} |`)
  return [
    '| | false alarms per fleet-year |',
    '|---|---|',
    `| **detector** (${years.falseIncidents} in ${counted(years.quietYears, 'fleet-year')} of ${count(years.machines)} machines) | **${years.falsePerFleetYear}** |`,
    ...rows,
  ].join('\n')
}

/** What all runs come to, in a sentence. */
export function summary(results: readonly ScenarioResult[]): string {
  const clean = results.filter(isClean).length
  const raised = results.flatMap((result) => result.incidents.filter((incident) => incident.correct))
  const first = raised.filter((incident) => incident.rankOfTruth === 1).length
  return `${clean} of ${results.length} runs clean: every true incident raised in time, nothing false, and a list at least ${LIST_RIGHT} right and complete; ${raised.length} true incidents raised, ${first} of them with the right cause first from the start.`
}

/** What outages that were drawn at random came to. */
export function randomSummary(results: readonly ScenarioResult[]): string {
  const outages = results.filter((result) => result.affected.failed > 0 || result.missed > 0)
  const named = outages.filter((result) => result.missed === 0)
  const first = named.filter((result) => result.incidents.some((one) => one.correct && one.rankOfTruth === 1))
  const falseOnes = results.filter((result) => result.falseIncidents > 0)
  const share = outages.length === 0 ? '-' : `${((100 * first.length) / outages.length).toFixed(1)} %`
  const seedsOf = (some: readonly ScenarioResult[]) => some.map((result) => result.seed).join(', ') || 'none'
  return [
    `${outages.length} outages and ${results.length - outages.length} days on which nothing was bad: ${named.length} named in time, ${first.length} of them with the right cause first from the start (${share}); something false in ${falseOnes.length}.`,
    `Not in time: seeds ${seedsOf(outages.filter((result) => result.missed > 0))}. False: seeds ${seedsOf(falseOnes)}. Lists below ${LIST_RIGHT}: seeds ${seedsOf(results.filter((result) => result.missed === 0 && result.falseIncidents === 0 && !isClean(result)))}.`,
  ].join('\n')
}

function duration(seconds: number): string {
  return Math.abs(seconds) < 300 ? `${Math.round(seconds)} s` : `${Math.round(seconds / 60)} min`
}
