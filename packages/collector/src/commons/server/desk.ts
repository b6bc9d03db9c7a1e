import type { Clock } from '@pumphandle/shared/clock'
import { perMinute, RateByKey } from '@pumphandle/shared/flow'
import { SECOND } from '@pumphandle/shared/time'
import { Refusal, tooOften } from '../../model/refusal.ts'
import { CLOCKS_DIFFER_MS, REPORTS_PER_MINUTE } from '../words/limits.ts'
import { type Answer, keyOf, Report } from '../words/report.ts'
import { isSigned } from '../words/signature.ts'
import { Pool } from './answer.ts'
import { merged } from './merged.ts'
import { voicesOf } from './voices.ts'

/** How long one sum answers all who ask: thousands of members ask each minute. */
const WEIGHED_MS = 5 * SECOND

export interface DeskOptions {
  readonly clock: Clock
  readonly isMember: (key: string) => boolean
  /** What is public; the rest of a report is not taken. */
  readonly isPublic: (key: string) => boolean
}

/**
 * Takes reports and answers them. Holds the latest of each member in memory and nothing on a disk: after a restart it knows
 * everything again within two minutes, and takes no report that was made before.
 */
export class Desk {
  readonly #options: DeskOptions
  readonly #startedAt: number
  readonly #rate = new RateByKey(perMinute(REPORTS_PER_MINUTE))
  #known = new Map<string, Report>()
  readonly #voices = new WeakMap<Report, ReturnType<typeof voicesOf>>()
  #pool: Pool | undefined
  #pooledAt = Number.NEGATIVE_INFINITY

  constructor(options: DeskOptions) {
    this.#options = options
    this.#startedAt = options.clock.now()
  }

  /** Members whose report is known. */
  get size(): number {
    return this.#known.size
  }

  /**
   * @param body the report's exact text, which the signature is of
   * @throws Refusal for what is no report, of no member, not signed, too old, not new, or too often
   */
  take(body: string, signature: string): Answer {
    const { clock, isMember, isPublic } = this.#options
    const now = clock.now()
    const { json, key } = read(body)
    if (!isMember(key))
      throw new Refusal(
        'not-allowed',
        'Not a member',
        `The key ${key} is not in this commons; ask its operator to add it to the list of members.`,
      )
    if (!isSigned(key, body, signature))
      throw new Refusal('not-signed-in', 'Not signed', 'The signature is not that of this report by its key.')
    // only what a member said is looked at closely
    const report = checked(json)
    if (Math.abs(report.at - now) > CLOCKS_DIFFER_MS)
      throw new Refusal(
        'malformed',
        'Wrong time',
        `The report is of ${new Date(report.at).toISOString()}, and it is ${new Date(now).toISOString()} here; set the collector's clock.`,
      )
    // one that was recorded before this server knew what it had taken
    if (report.number < this.#startedAt)
      throw new Refusal(
        'conflict',
        'Too early',
        'The report was made before this server started; the next one is taken.',
      )
    const last = this.#known.get(report.key)
    if (last && report.number <= last.number)
      throw new Refusal(
        'conflict',
        'Taken already',
        'A report with this number, or a later one, has been taken already.',
      )
    if (!this.#rate.take(report.key, now))
      throw tooOften('Too often', `More than ${REPORTS_PER_MINUTE} reports in a minute.`, 60)
    const mine = { ...report, rows: report.rows.filter((row) => isPublic(keyOf(row))) }
    this.#known = new Map(merged(this.#known, new Map([[report.key, mine]])))
    return this.#poolAt(now).answerTo(report.key)
  }

  #poolAt(now: number): Pool {
    if (this.#pool && now - this.#pooledAt < WEIGHED_MS) return this.#pool
    this.#forgetStrangers()
    this.#pool = new Pool(this.#known, now, (report) => this.#voicesOf(report))
    this.#pooledAt = now
    return this.#pool
  }

  /** A report is weighed once. */
  #voicesOf(report: Report): ReturnType<typeof voicesOf> {
    const voices = this.#voices.get(report) ?? voicesOf(report)
    this.#voices.set(report, voices)
    return voices
  }

  /** Who was taken off the list has no voice any more. */
  #forgetStrangers(): void {
    for (const key of this.#known.keys()) if (!this.#options.isMember(key)) this.#known.delete(key)
  }
}

/** Whose it is said to be. */
const Keyed = Report.pick({ key: true }).loose()

function read(body: string): { json: unknown; key: string } {
  let json: unknown
  try {
    json = JSON.parse(body)
  } catch {
    throw new Refusal('malformed', 'Not JSON', 'The body is not valid JSON.')
  }
  const keyed = Keyed.safeParse(json)
  if (keyed.success) return { json, key: keyed.data.key }
  throw new Refusal('malformed', 'Not a report', 'The report has no key.')
}

function checked(json: unknown): Report {
  const report = Report.safeParse(json)
  if (report.success) return report.data
  const where = report.error.issues[0]?.path.join('.') ?? ''
  throw new Refusal(
    'malformed',
    'Not a report',
    `The report is not of format 1 (at ${where === '' ? 'its root' : where}).`,
  )
}
