import { DAY, HOUR } from '../numbers/seconds.ts'
import { type FailureRecord, isOf } from '../words/failure.ts'
import { isSilence, type Subject } from '../words/subject.ts'

/** Silence is common and judged within the hour; crashes are rare and judged over a week. Seconds. */
const SILENCE_KEPT = 4 * HOUR
const CRASHES_KEPT = 8 * DAY
/** A machine that failed tells within so many seconds what it had. */
const LATEST_KEPT = 4 * HOUR
/** Records kept of each sort, whatever happens to the fleet; 0.5 kB each. The oldest go first. */
const MAX_RECORDS = 50_000
/** Crashes kept of machines that do not count, which anybody with a token may make up. */
const MAX_UNHEARD = 5_000

/** Recent failures, in the order in which they became known. */
export class Evidence {
  #silences: FailureRecord[] = []
  #crashes: FailureRecord[] = []
  /** Crashes that count for nothing, and are listed where an incident explains them. */
  #unheard: FailureRecord[] = []
  /** Each machine's latest failure. */
  readonly #latest = new Map<number, FailureRecord>()

  add(record: FailureRecord): void {
    const list = record.classes[0] !== undefined && isSilence(record.classes[0]) ? this.#silences : this.#crashes
    list.push(record)
    this.#latest.set(record.machine, record)
    if (list.length > MAX_RECORDS * 1.25) list.splice(0, list.length - MAX_RECORDS)
  }

  /** A crash of a machine that does not count. */
  addUnheard(record: FailureRecord): void {
    this.#unheard.push(record)
    if (this.#unheard.length > MAX_UNHEARD * 1.25) this.#unheard.splice(0, this.#unheard.length - MAX_UNHEARD)
  }

  /** Those known since `from`, oldest first. */
  unheard(from: number): FailureRecord[] {
    return this.#unheard.filter(({ knownAt }) => knownAt >= from)
  }

  /** Forgets what is too old at `now`, seconds epoch. */
  prune(now: number): void {
    this.#silences = pruned(this.#silences, now - SILENCE_KEPT)
    this.#crashes = pruned(this.#crashes, now - CRASHES_KEPT)
    this.#unheard = pruned(this.#unheard, now - CRASHES_KEPT)
    for (const [machine, record] of this.#latest) if (record.knownAt < now - LATEST_KEPT) this.#latest.delete(machine)
  }

  /** The machine's latest failure of the last hours. */
  latestOf(machine: number): FailureRecord | undefined {
    return this.#latest.get(machine)
  }

  /** Failures known since `from` that count for the class (or bear the mark), newest first, not taken back. */
  of(subject: Subject, from: number): FailureRecord[] {
    const found: FailureRecord[] = []
    const list = isSilence(subject) ? this.#silences : this.#crashes
    for (let i = list.length - 1; i >= 0; i--) {
      const record = list[i]
      if (!record || record.knownAt < from) break
      if (record.state === 'gone') continue
      if (isOf(record, subject)) found.push(record)
    }
    return found
  }

  /** Every failure known since `from`, oldest first in each sort. */
  *since(from: number): Generator<FailureRecord> {
    for (const list of [this.#crashes, this.#silences]) {
      let first = list.length
      while (first > 0 && (list[first - 1]?.knownAt ?? 0) >= from) first--
      for (let i = first; i < list.length; i++) {
        const record = list[i]
        if (record && record.state !== 'gone') yield record
      }
    }
  }

  save(): { silences: FailureRecord[]; crashes: FailureRecord[]; unheard?: FailureRecord[] } {
    return { silences: copies(this.#silences), crashes: copies(this.#crashes), unheard: copies(this.#unheard) }
  }

  load(saved: ReturnType<Evidence['save']>): void {
    this.#silences = copies(saved.silences)
    this.#crashes = copies(saved.crashes)
    this.#unheard = copies(saved.unheard ?? [])
    for (const record of [...this.#crashes, ...this.#silences].toSorted((a, b) => a.knownAt - b.knownAt))
      this.#latest.set(record.machine, record)
  }
}

const copies = (list: readonly FailureRecord[]): FailureRecord[] => list.map((record) => ({ ...record }))

function pruned(list: FailureRecord[], from: number): FailureRecord[] {
  const first = list.findIndex((r) => r.knownAt >= from)
  if (first < 0) return []
  return first > 1000 || first > list.length / 2 ? list.slice(first) : list
}
