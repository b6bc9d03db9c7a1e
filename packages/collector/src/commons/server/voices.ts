import { logBetaTail } from '../../detect/index.ts'
import type { FailureClass } from '../../versions/index.ts'
import { AGES, type Age, type Both, type Counts, keyOf, MEMORIES, type Memory, type Report } from '../words/report.ts'

/** An organisation says of a version that it harms its machines. */
export interface Voice {
  readonly failureClass: FailureClass
  /** The stop code of most of its failures; null where they have none. */
  readonly stopCode: number | null
}

/**
 * What makes a voice, by class: how often a healthy machine fails an hour, as the detector's prior has it; and from how
 * many failures a rate is known at most, for days differ, and silence differs most. Programs make none: they crash in waves,
 * with a server or a document, and each organisation has its own.
 */
const JUDGED: readonly { readonly failureClass: FailureClass; readonly perHour: number; readonly cap: number }[] = [
  { failureClass: 'crash', perHour: 3e-5, cap: 25 },
  { failureClass: 'vanished', perHour: 2e-3, cap: 8 },
  { failureClass: 'no-return', perHour: 5e-4, cap: 10 },
  { failureClass: 'service', perHour: 1e-5, cap: 10 },
]
/** Failures that a rate is known from before any were seen: two, so that nothing is ever certain. */
const KNOWN = 2
/** ln of the chance below which an organisation's failures are no luck; each version is looked at in some twenty ways. */
const LOG_LUCK = Math.log(1e-5)
/** ln of the chance that machines with it fail so much more often than those without, at the same time, were all alike. */
const LOG_ALIKE = Math.log(1e-3)
/** Who blames one version of two that explain as well (natural log) blames both; more than three blame nobody. */
const AS_WELL = 3
const MOST_BLAMED = 3
/** What is blamed is on this share of the machines that failed at least. */
const LEAST_SHARE = 0.5
/**
 * Where hardly any machine is without the version, as a share of the time of those with it, nobody tells silence from a fleet
 * that goes to sleep: there only the first minutes after it came speak, as in the detector.
 */
const FEW_CONTROLS = 0.1
/** What comes by a restart: some stay away from any, and a report does not say how many restarts there were. */
const BY_RESTART: ReadonlySet<string> = new Set(['os', 'firmware'])
/** Ages up to each. */
const UP_TO: readonly (readonly Age[])[] = [['15min'], ['15min', 'day'], AGES]

interface Suspected extends Voice {
  readonly key: string
  readonly gain: number
  readonly failures: number
}

/**
 * The versions that one organisation's counts, taken alone, speak against: of each class of failure the one that explains
 * most, and those that explain it as well. However many machines it has, it is one voice.
 */
export function voicesOf(report: Report): ReadonlyMap<string, Voice> {
  const voices = new Map<string, Voice>()
  for (const rule of JUDGED) {
    const suspected = report.rows.flatMap((row): Suspected[] => {
      if (rule.failureClass === 'no-return' && BY_RESTART.has(row.kind)) return []
      const gain = Math.max(...MEMORIES.map((memory) => gainOf(row.counts, report.fleet, memory, rule)))
      if (!(gain > 0)) return []
      const { failureClass } = rule
      const failures = countOf(row.counts.week, failureClass, AGES)
      return [{ key: keyOf(row), gain, failures, failureClass, stopCode: stopCodeOf(row.counts, failureClass) }]
    })
    const best = Math.max(...suspected.map(({ gain }) => gain))
    const most = Math.max(...suspected.map(({ failures }) => failures))
    const blamed = suspected.filter(({ gain, failures }) => gain >= best - AS_WELL && failures >= LEAST_SHARE * most)
    if (blamed.length > MOST_BLAMED) continue
    for (const { key, failureClass, stopCode } of blamed)
      if (!voices.has(key)) voices.set(key, { failureClass, stopCode })
  }
  return voices
}

/**
 * By how much (natural log) "this version harms" explains a class of failures better than luck, at the best age; 0 where
 * luck explains it. Expected are failures at the rate of the organisation's other machines, of the hour and of the week,
 * and at least of healthy ones.
 */
function gainOf(
  counts: Both,
  fleet: Both,
  memory: Memory,
  { failureClass, perHour, cap }: (typeof JUDGED)[number],
): number {
  const others = (one: Memory) => ({
    failures: Math.max(0, countOf(fleet[one], failureClass, AGES) - countOf(counts[one], failureClass, AGES)),
    hours: Math.max(0, hoursOf(fleet[one], AGES) - hoursOf(counts[one], AGES)),
  })
  const week = others('week')
  const usual =
    memory === 'week' ? perHour : Math.max(perHour, (KNOWN + week.failures) / (KNOWN / perHour + week.hours))
  const controls = others(memory)
  let failuresKnown = KNOWN + Math.max(controls.failures, controls.hours * usual)
  let hoursKnown = KNOWN / usual + controls.hours
  if (failuresKnown > cap) {
    hoursKnown *= cap / failuresKnown
    failuresKnown = cap
  }
  const isSilence = failureClass === 'vanished' || failureClass === 'no-return'
  const isEverywhere = controls.hours < FEW_CONTROLS * hoursOf(counts[memory], AGES)
  let best = 0
  for (const ages of UP_TO) {
    // the silence of an evening is not compared with that of a week
    if (isSilence && ages.length > 1 && (isEverywhere || memory === 'week')) continue
    const failures = countOf(counts[memory], failureClass, ages)
    const hours = hoursOf(counts[memory], ages)
    if (failures === 0) continue
    if (logBetaTail(hours / (hours + hoursKnown), failures, failuresKnown) > LOG_LUCK) continue
    const share = hours / (hours + controls.hours)
    const isAlone = controls.hours <= 0 || controls.failures <= 0
    if (!isAlone && logBetaTail(share, failures, controls.failures + 1) > LOG_ALIKE) continue
    // who fails within minutes was there for a minute at least
    const expected = (Math.max(hours, failures / 60) * failuresKnown) / hoursKnown
    best = Math.max(best, failures * Math.log(failures / expected) - (failures - expected))
  }
  return best
}

function countOf({ failures }: Counts, failureClass: FailureClass, ages: readonly Age[]): number {
  return failures.reduce(
    (n, one) => (one.failureClass === failureClass && ages.includes(one.age) ? n + one.failures : n),
    0,
  )
}

function hoursOf({ hours }: Counts, ages: readonly Age[]): number {
  return ages.reduce((sum, age) => sum + hours[age], 0)
}

function stopCodeOf({ week }: Both, failureClass: FailureClass): number | null {
  const codes = new Map<number, number>()
  for (const { failureClass: one, stopCode, failures } of week.failures)
    if (one === failureClass && stopCode !== null) codes.set(stopCode, (codes.get(stopCode) ?? 0) + failures)
  const [first] = [...codes].sort(([a, n], [b, m]) => m - n || a - b)
  return first?.[0] ?? null
}
