import type { VerdictAnswer, VerdictWord, VersionComparison, VersionVerdict } from '@pumphandle/shared/api'
import { HOUR } from '@pumphandle/shared/time'
import { componentRef } from '../incidents/components.ts'
import type { FailureClass } from './failures.ts'
import type { FleetTotals } from './ledger.ts'
import { ALPHA, TIMES_NO_WORSE } from './limits.ts'
import { rateInterval } from './numbers/rate-sequence.ts'
import type { VersionRecord } from './record.ts'
import { neededWords, sentenceOf } from './words.ts'

/**
 * ln of the evidence that makes a suspect, and a bad version: with thousands of versions a year, in five classes, some reach
 * a hundred by luck, one in some years a thousand, and none a million.
 */
const LOG_SUSPECT = Math.log(1_000)
const LOG_BAD = Math.log(1_000_000)
/** The same for a rate beside that of another time, which weather and weekdays move by some times. */
const ALPHA_BEFORE = 0.001
const TIMES_BEFORE = 2
/** Crashes an hour of a machine that nobody harmed, until the fleet has shown its own; it weighs as much as three crashes. */
const PRIOR = { rate: 0.005 / 168, crashes: 3 } as const
/** With at least this many crashes a predecessor's rate says more than the fleet's. */
const CRASHES_OF_ITS_OWN = 3

export interface VerdictContext {
  /** The version before it. */
  readonly before: VersionRecord | undefined
  readonly fleet: FleetTotals
  /** Machines that have it now, connected or not. */
  readonly machines: number
}

/** The version before it, as far as it is a measure: who is no worse than one that harms may harm, too. */
const measure = (before: VersionRecord | undefined) =>
  before && before.word !== 'bad' && before.word !== 'suspect' ? before : undefined

/** The rate of crashes, by the machine-hour, that a version is measured by: its predecessor's, or else the fleet's. */
function usualRate({ before: last, fleet }: Pick<VerdictContext, 'before' | 'fleet'>): number {
  const before = measure(last)
  const own = before?.votes.crash ?? 0
  if (before && own >= CRASHES_OF_ITS_OWN) return own / (before.exposedMs / HOUR)
  return (fleet.crashes + PRIOR.crashes) / (fleet.exposedMs / HOUR + PRIOR.crashes / PRIOR.rate)
}

/** What can be said of a version now. */
export function verdictOn(record: VersionRecord, context: VerdictContext): VersionVerdict {
  const hours = record.exposedMs / HOUR
  const rate = rateInterval(record.votes.crash, hours, ALPHA)
  const compared = comparisons(record)
  const word = wordOf(record, context)
  const verdict = {
    component: componentRef(record.key),
    word,
    wordSince: record.wordSince,
    machines: context.machines,
    machineHours: Math.round(hours * 10) / 10,
    since: record.since,
    failures: { ...record.failures },
    explained: record.explained,
    crashRate: { low: rate.low, high: Number.isFinite(rate.high) ? rate.high : null },
    compared,
    incident: record.blamed?.incident ?? null,
  }
  return { ...verdict, sentence: sentenceOf(verdict), needed: neededWords(record, word, usualRate(context)) }
}

/** The one place where a version's word is decided. */
export function wordOf(
  record: VersionRecord,
  { before, fleet }: Pick<VerdictContext, 'before' | 'fleet'>,
): VerdictWord {
  const harm = Math.max(0, ...[...record.compared.values()].map((one) => one.logEvidenceOfHarm()))
  if (record.blamed?.isSure || harm >= LOG_BAD) return 'bad'
  if (record.blamed || harm >= LOG_SUSPECT || isWorseThanBefore(record, before)) return 'suspect'
  const hours = record.exposedMs / HOUR
  const beside = before && !measure(before) ? undefined : record.compared.get('crash')?.interval(ALPHA)
  if (beside && beside.high !== null && beside.high < 1) return 'better'
  const usual = usualRate({ before, fleet })
  const most = rateInterval(record.votes.crash, hours, ALPHA).high
  const isAsUsual = most <= TIMES_NO_WORSE * usual
  if (isAsUsual || (beside && beside.high !== null && beside.high <= TIMES_NO_WORSE)) return 'no-worse'
  // where not even one crash was due, nothing follows from there having been none
  const isUnseen = hours * usual < 1 && record.votes.crash === 0
  return isUnseen ? 'new' : 'watching'
}

/** Its own rate beside the one that its predecessor had at its time. */
function isWorseThanBefore(record: VersionRecord, before: VersionRecord | undefined): boolean {
  if (!before || record.votes.crash === 0) return false
  const { low } = rateInterval(record.votes.crash, record.exposedMs / HOUR, ALPHA_BEFORE)
  const { high } = rateInterval(before.votes.crash, before.exposedMs / HOUR, ALPHA_BEFORE)
  return low > TIMES_BEFORE * high
}

/** Beside the version before it: what speaks most against it first, then crashes. */
function comparisons(record: VersionRecord): VersionComparison[] {
  const { before } = record
  if (before === null) return []
  return [...record.compared]
    .filter(([, sequence]) => sequence.newer + sequence.older > 0)
    .map(([failureClass, sequence]) => ({ failureClass, sequence, harm: sequence.logEvidenceOfHarm() }))
    .sort((a, b) => rank(b) - rank(a))
    .map(({ failureClass, sequence }) => ({
      with: componentRef(before),
      failureClass,
      failures: { newer: sequence.newer, older: sequence.older },
      ...sequence.interval(ALPHA),
    }))
}

function rank({ failureClass, harm }: { failureClass: FailureClass; harm: number }): number {
  return harm >= LOG_SUSPECT ? harm + LOG_BAD : failureClass === 'crash' ? LOG_BAD : 0
}

/** Whether a version is good enough. @param atMost crashes a machine-hour; absent: as its predecessor, or as usual */
export function answerOn(verdict: VersionVerdict, atMost: number | undefined): Omit<VerdictAnswer, 'verdict'> {
  const { word, crashRate, incident } = verdict
  if (word === 'bad')
    return {
      answer: 'bad',
      because: incident === null ? 'It fails far more often than what it replaces.' : `Incident ${incident} blames it.`,
    }
  if (atMost !== undefined && crashRate.low > atMost)
    return { answer: 'bad', because: 'It crashes more often than that, beyond what luck would explain.' }
  if (word === 'suspect') return { answer: 'unknown', because: 'It is suspected; hold its roll-out.' }
  if (atMost !== undefined)
    return crashRate.high !== null && crashRate.high <= atMost
      ? { answer: 'good', because: 'A higher rate of crashes can be excluded.' }
      : { answer: 'unknown', because: 'So many crashes cannot be excluded yet.' }
  return word === 'no-worse' || word === 'better'
    ? { answer: 'good', because: 'More than twice as many crashes as before, or as usual, can be excluded.' }
    : { answer: 'unknown', because: 'Too little was seen of it yet.' }
}
