import type { VerdictWord, VersionComparison, VersionVerdict } from '@pumphandle/shared/api'
import { HOUR } from '@pumphandle/shared/time'
import { versionWords } from '@pumphandle/shared/words'
import type { FailureClass } from './failures.ts'
import { ALPHA, TIMES_NO_WORSE } from './limits.ts'
import { hoursToExclude } from './numbers/rate-sequence.ts'
import type { VersionRecord } from './record.ts'

/** A wait that is longer is no plan. */
const LONGEST_DAYS = 366

type Said = Pick<VersionVerdict, 'machines' | 'machineHours' | 'failures' | 'explained' | 'crashRate' | 'compared'>

/**
 * What is known of a version: "On 312 machines for 14,060 machine-hours: no crashes; more than one in 4,000 machine-hours can
 * be excluded; beside 7.16 on similar machines 0.4 to 1.6 times as many."
 */
export function sentenceOf({ machines, machineHours, failures, explained, crashRate, compared }: Said): string {
  const parts = [counted(failures.crash, 'crash', 'crashes')]
  if (crashRate.low > 0 && crashRate.high !== null)
    parts.push(`one in ${hoursWords(1 / crashRate.high)} to ${hoursWords(1 / crashRate.low)} machine-hours`)
  else if (crashRate.high !== null && crashRate.high < 1)
    parts.push(`more than one in ${hoursWords(1 / crashRate.high)} machine-hours can be excluded`)
  else parts.push('too short a time to exclude any rate that matters')
  const [best] = compared
  if (best) parts.push(comparisonWords(best))
  for (const [name, words] of Object.entries(OTHERS)) {
    const count = failures[name as FailureClass]
    if (count > 0 && best?.failureClass !== name) parts.push(`${counted(count, 'machine')} ${words}`)
  }
  if (explained > 0) parts.push(`${counted(explained, 'failure')} more that an incident explains by something else`)
  const where = `On ${counted(machines, 'machine')} for ${counted(Math.round(machineHours), 'machine-hour')}`
  return `${where}: ${parts.join('; ')}.`
}

const OTHERS = {
  vanished: 'vanished without a goodbye',
  'no-return': 'did not come back from a restart',
  service: 'lost a sensor’s service',
  app: 'had a program fail',
} as const

const AS_MANY: Readonly<Record<FailureClass, string>> = {
  crash: 'as many crashes',
  vanished: 'as many machines that vanish',
  'no-return': 'as many that do not come back from a restart',
  service: 'as many that lose a sensor’s service',
  app: 'as many with a program that fails',
}

/** "beside 7.16 on similar machines 0.4 to 1.6 times as many crashes". */
function comparisonWords({ with: other, failureClass, low, high }: VersionComparison): string {
  const beside = `beside ${otherWords(other.version)} on similar machines`
  const many = AS_MANY[failureClass]
  if (high === null && low < 0.1) return `${beside} too few failures to compare`
  if (high === null) return `${beside} at least ${times(low)} times ${many}`
  if (low < 0.05) return `${beside} at most ${times(high)} times ${many}`
  return `${beside} ${times(low)} to ${times(high)} times ${many}`
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
  const goal = `To exclude that it crashes more than ${TIMES_NO_WORSE} times as often as usual (one in ${hoursWords(1 / target)} machine-hours)`
  const days = record.pace > 0 ? more / (record.pace * 24) : Number.POSITIVE_INFINITY
  const when =
    days > LONGEST_DAYS
      ? 'more than a year at its present pace'
      : days < 1
        ? `about ${counted(Math.max(1, Math.round(days * 24)), 'hour')} at its present pace`
        : `about ${counted(Math.round(days), 'day')} at its present pace`
  return `${goal} takes another ${counted(roundUp(more), 'machine-hour')} without a crash: ${when}.`
}

const number = (n: number): string => n.toLocaleString('en-GB')

function counted(n: number, one: string, many = `${one}s`): string {
  return n === 0 && one === 'crash' ? 'no crashes' : `${number(n)} ${n === 1 ? one : many}`
}

/** Two digits are all that such numbers have; downwards, so that no more is claimed than holds. */
function hoursWords(hours: number): string {
  if (hours < 10) return String(Math.max(0.1, Math.floor(hours * 10) / 10))
  const unit = 10 ** (Math.floor(Math.log10(hours)) - 1)
  return number(Math.floor(hours / unit) * unit)
}

function roundUp(hours: number): number {
  const unit = 10 ** Math.max(0, Math.floor(Math.log10(Math.max(1, hours))) - 1)
  return Math.ceil(Math.max(1, hours) / unit) * unit
}

const times = (x: number): string => (x >= 10 ? number(Math.round(x)) : x.toFixed(1))
