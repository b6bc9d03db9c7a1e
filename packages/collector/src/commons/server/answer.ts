import { MOST_ANSWERS, SILENT_MS } from '../words/limits.ts'
import { AGES, type Answer, type Both, keyOf, type Report, type Row, type Seen } from '../words/report.ts'
import type { Merged } from './merged.ts'
import { type Voice, voicesOf } from './voices.ts'

/** Of what fewer other organisations have nothing is said: nobody can tell which of them it was. */
const LEAST_ORGANISATIONS = 3
/** The largest amounts that are remembered apart: one's own may be among them. */
const LARGEST = 3

/** What an organisation says of one version. */
interface Said {
  readonly hours: number
  readonly failures: number
  readonly voice: Voice | undefined
}

/** What all of them say of one version. */
interface Gathered {
  readonly row: Row
  readonly bySender: Map<string, Said>
  readonly hours: Amounts
  readonly failures: Amounts
}

/** A sum, and its largest parts. */
interface Amounts {
  sum: number
  /** Largest first. */
  largest: number[]
}

/**
 * What a commons knows at a time, weighed once for all who ask. Who was not heard for a quarter of an hour is not in it.
 * Reports are added in the order of their keys, so that the same reports give the same sums to the last bit.
 */
export class Pool {
  readonly #now: number
  readonly #versions = new Map<string, Gathered>()
  readonly #senders = new Set<string>()

  /** @param weigh a report's voices, for who remembers them */
  constructor(all: Merged, now: number, weigh: typeof voicesOf = voicesOf) {
    this.#now = now
    const heard = [...all.values()].filter(({ at }) => at > now - SILENT_MS)
    for (const report of heard.sort((a, b) => (a.key < b.key ? -1 : 1))) this.#add(report, weigh(report))
  }

  /** What others than `asker` see of every version that three of them have; what fails first. */
  answerTo(asker: string): Answer {
    const seen: { key: string; seen: Seen }[] = []
    for (const [key, gathered] of this.#versions) {
      const others = gathered.bySender.size - (gathered.bySender.has(asker) ? 1 : 0)
      if (others >= LEAST_ORGANISATIONS) seen.push({ key, seen: seenBy(gathered, asker) })
    }
    seen.sort(
      (a, b) =>
        b.seen.failing - a.seen.failing || b.seen.organisations - a.seen.organisations || (a.key < b.key ? -1 : 1),
    )
    return {
      format: 1,
      at: this.#now,
      organisations: this.#senders.size - (this.#senders.has(asker) ? 1 : 0),
      seen: seen.slice(0, MOST_ANSWERS).map((one) => one.seen),
    }
  }

  #add(report: Report, voices: ReadonlyMap<string, Voice>): void {
    this.#senders.add(report.key)
    for (const row of report.rows) {
      const key = keyOf(row)
      const gathered = this.#versions.get(key) ?? newGathered(row)
      // one who names a version twice has said it once
      if (gathered.bySender.has(report.key)) continue
      this.#versions.set(key, gathered)
      const voice = voices.get(key)
      const said = { hours: hoursOf(row.counts), failures: failuresOf(row.counts, voice), voice }
      gathered.bySender.set(report.key, said)
      add(gathered.hours, said.hours)
      add(gathered.failures, said.failures)
    }
  }
}

function newGathered(row: Row): Gathered {
  return { row, bySender: new Map(), hours: { sum: 0, largest: [] }, failures: { sum: 0, largest: [] } }
}

function seenBy({ row, bySender, hours, failures }: Gathered, asker: string): Seen {
  const { kind, name, version } = row
  const own = bySender.get(asker)
  const voices: Voice[] = []
  for (const [sender, { voice }] of bySender) if (voice && sender !== asker) voices.push(voice)
  return {
    kind,
    name,
    version,
    organisations: bySender.size - (own ? 1 : 0),
    failing: voices.length,
    failureClass: mostOf(voices.map((voice) => voice.failureClass)),
    stopCode: mostOf(voices.flatMap(({ stopCode }) => stopCode ?? [])),
    machineHours: levelled(hours, own?.hours),
    failures: levelled(failures, own?.failures),
  }
}

function add(amounts: Amounts, value: number): void {
  amounts.sum += value
  amounts.largest = [...amounts.largest, value].sort((a, b) => b - a).slice(0, LARGEST)
}

/** A sum in which the largest counts as much as the second largest, so that one who lies moves it by no more. */
function levelled({ sum, largest }: Amounts, own: number | undefined): number {
  const mine = own === undefined ? -1 : largest.indexOf(own)
  const [first = 0, second = first] = mine < 0 ? largest : largest.toSpliced(mine, 1)
  return Number(Math.max(0, sum - (own ?? 0) - first + second).toPrecision(2))
}

/** What occurs most; of two as frequent the lesser. */
function mostOf<T extends string | number>(values: readonly T[]): T | null {
  const counts = new Map<T, number>()
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1)
  const [first] = [...counts].sort(([a, n], [b, m]) => m - n || (a < b ? -1 : 1))
  return first?.[0] ?? null
}

function hoursOf({ week }: Both): number {
  return AGES.reduce((sum, age) => sum + week.hours[age], 0)
}

/** Machines that failed as its voice says; where it has none, crashes. */
function failuresOf({ week }: Both, voice: Voice | undefined): number {
  const failureClass = voice?.failureClass ?? 'crash'
  return week.failures.reduce((sum, one) => (one.failureClass === failureClass ? sum + one.failures : sum), 0)
}
