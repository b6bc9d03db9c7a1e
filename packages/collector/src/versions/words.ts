import type { VerdictWord, VersionComparison, VersionVerdict } from '@pumphandle/shared/api'
import { HOUR } from '@pumphandle/shared/time'
import { count, counted, versionWords } from '@pumphandle/shared/words'
import type { FailureClass } from './failures.ts'
import { ALPHA, TIMES_NO_WORSE } from './limits.ts'
import { hoursToExclude } from './numbers/rate-sequence.ts'
import type { VersionRecord } from './record.ts'

/** A wait that is longer is no plan. */
const LONGEST_DAYS = 366

type Said = Pick<
  VersionVerdict,
  'machines' | 'machineHours' | 'failures' | 'explained' | 'crashRate' | 'compared' | 'incident'
>

/**
 * What is known of a version: "On 312 machines for 14,060 machine-hours: no crashes, so at most one every 3,500
 * machine-hours; crashes 0.4 to 1.6 times as often as similar machines with 7.16." Where an incident blames it, that comes
 * first: what is too little to say more by itself is no excuse then.
 */
export function sentenceOf({
  machines,
  machineHours,
  failures,
  explained,
  crashRate,
  compared,
  incident,
}: Said): string {
  const isBlamed = incident !== null
  const parts = [crashWords(failures.crash, crashRate, isBlamed)]
  const [best] = compared
  if (best && !(isBlamed && isTooFew(best))) parts.push(comparisonWords(best))
  for (const [name, words] of Object.entries(OTHERS)) {
    const count = failures[name as FailureClass]
    if (count > 0 && best?.failureClass !== name) parts.push(`${counted(count, 'machine')} ${words}`)
  }
  if (explained > 0) parts.push(`${counted(explained, 'more failure')} that an incident explains by something else`)
  const where = `On ${counted(machines, 'machine')} for ${counted(Math.round(machineHours), 'machine-hour')}`
  return `${isBlamed ? `Incident ${incident} blames it. ` : ''}${where}: ${parts.join('; ')}.`
}

/** A range that is wider tells a reader nothing. */
const WIDEST = 50
/** Of a bound that allows more than that, nobody is reassured. */
const LEAST_HOURS = 10
/** From this many crashes on nobody asks whether they are few, though they may be of one practice and have one voice. */
const ENOUGH = 10

function crashWords(crashes: number, { low, high }: Said['crashRate'], isBlamed: boolean): string {
  const said = crashes === 0 ? 'no crashes' : counted(crashes, 'crash', 'crashes')
  if (low > 0 && high !== null && high / low <= WIDEST)
    return `${said}, one every ${hoursWords(1 / high)} to ${hoursWords(1 / low)} machine-hours`
  if (!isBlamed && high !== null && 1 / high >= LEAST_HOURS)
    return `${said}, so at most one every ${hoursWords(1 / high)} machine-hours`
  if (isBlamed && crashes === 0) return 'no crash reported yet'
  if (isBlamed || crashes >= ENOUGH) return said
  return `${said}, ${crashes === 0 ? 'in too short a time to say more' : 'too few to say how often'}`
}

const OTHERS = {
  vanished: 'vanished without a goodbye',
  'no-return': 'did not come back from a restart',
  service: 'lost a sensor’s service',
  app: 'had a program fail',
} as const

const DOES: Readonly<Record<FailureClass, string>> = {
  crash: 'crashes',
  vanished: 'vanishes',
  'no-return': 'does not come back from a restart',
  service: 'loses a sensor’s service',
  app: 'has a program fail',
}

/** A bound below one on one side alone excuses nothing and accuses of nothing. */
const isTooFew = ({ low, high }: VersionComparison): boolean => high === null && low < 1

/** "crashes 0.4 to 1.6 times as often as similar machines with 7.16". */
function comparisonWords(comparison: VersionComparison): string {
  const { with: other, failureClass, low, high } = comparison
  const others = `similar machines with ${otherWords(other.version)}`
  if (isTooFew(comparison)) return `too few failures to compare with ${others}`
  // "at most 0.0 times" is no number that somebody says
  if (low < 0.05 && high !== null && high < 0.05) return `${DOES[failureClass]} far less often than ${others}`
  if (low < 0.05 && high !== null && times(high) === '1.0') return `${DOES[failureClass]} no more often than ${others}`
  const range =
    high === null ? `at least ${times(low)}` : low < 0.05 ? `at most ${times(high)}` : `${times(low)} to ${times(high)}`
  return `${DOES[failureClass]} ${range} times as often as ${others}`
}

/** "7.16", or of a dated version "the one of 14:46 UTC on 18 July 2024". */
function otherWords(version: string): string {
  const words = versionWords(version)
  return words.startsWith('of ') ? `the one ${words}` : words
}

/** What it would take to say more; null where more needs not be said. @param usual crashes a machine-hour */
export function neededWords(record: VersionRecord, word: VerdictWord, usual: number): string | null {
  if (word === 'bad') return null
  if (word === 'suspect')
    return 'Hold its roll-out and look at the machines that failed: either it goes on, and an incident names it, or the difference wears off.'
  if (word === 'no-worse' || word === 'better') return null
  const target = TIMES_NO_WORSE * usual
  const more = hoursToExclude(record.votes.crash, target, ALPHA) - record.exposedMs / HOUR
  const days = record.pace > 0 ? more / (record.pace * 24) : Number.POSITIVE_INFINITY
  const when =
    days > LONGEST_DAYS
      ? 'more than a year at its present pace'
      : days < 1
        ? `about ${counted(Math.max(1, Math.round(days * 24)), 'hour')} at its present pace`
        : `about ${counted(Math.round(days), 'day')} at its present pace`
  return `Another ${counted(roundUp(more), 'machine-hour')} without a crash would show that it crashes at most ${TIMES_NO_WORSE} times as often as usual: ${when}.`
}

/** Two digits are all that such numbers have; downwards, so that no more is claimed than holds. */
function hoursWords(hours: number): string {
  if (hours < 10) return String(Math.max(0.1, Math.floor(hours * 10) / 10))
  const unit = 10 ** (Math.floor(Math.log10(hours)) - 1)
  return count(Math.floor(hours / unit) * unit)
}

function roundUp(hours: number): number {
  const unit = 10 ** Math.max(0, Math.floor(Math.log10(Math.max(1, hours))) - 1)
  return Math.ceil(Math.max(1, hours) / unit) * unit
}

const times = (x: number): string => (x >= 10 ? count(Math.round(x)) : x.toFixed(1))
