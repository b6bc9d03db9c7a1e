import { asciiLower } from '@pumphandle/shared/versions'
import { stopText } from '../../model/stop-code.ts'
import type { ComponentKind } from '../../store/schema.ts'
import type { Vocabulary, VocabularyOf, VocabularyValue } from '../suggest/vocabulary.ts'
import type { DictionaryColumn } from './dictionary-column.ts'
import type { FleetColumns } from './fleet-columns.ts'

/** The names that are in the fleet now, with how many machines have each. */
export class FleetVocabulary implements Vocabulary {
  private readonly columns: FleetColumns

  constructor(columns: FleetColumns) {
    this.columns = columns
  }

  values(of: VocabularyOf): Iterable<VocabularyValue> {
    const { machines, practices, regions } = this.columns
    switch (of) {
      case 'practice':
        return places(practices.values(), countsOf(machines.practice))
      case 'region':
        return places(regions.values(), countsOf(machines.region))
      case 'pcn':
        return places(this.columns.pcns.values(), this.pcnCounts())
      case 'model':
      case 'osName':
      case 'culprit':
      case 'agent':
        return texts(machines[of], (value: string) => value)
      case 'stop':
        return texts(machines.stop, stopText)
      case 'tag':
        return this.tags()
      case 'group':
        return [...this.columns.groups.keys()].map((value) => ({ value, count: 0 }))
      case 'incident':
        return this.incidents()
      default:
        return this.componentNames(of)
    }
  }

  *versions(kind: ComponentKind, name: string): Iterable<VocabularyValue> {
    const wanted = asciiLower(name)
    for (const c of this.columns.ofKind(kind)) {
      if (asciiLower(c.name) === wanted && c.machines.size > 0) yield { value: c.version, count: c.machines.size }
    }
  }

  private *tags(): Iterable<VocabularyValue> {
    const { counts } = this.columns.machines.tags
    for (const [value, count] of this.columns.countTags((code) => counts[code] ?? 0)) yield { value, count }
  }

  private *incidents(): Iterable<VocabularyValue> {
    for (const { id, title, cohorts } of this.columns.incidents.values()) {
      let count = 0
      for (const set of cohorts.values()) count += set.size
      yield { value: String(id), label: title, count }
    }
  }

  /** A machine with two versions of one name counts twice here; versions tell them apart. */
  private componentNames(kind: ComponentKind): VocabularyValue[] {
    const counts = new Map<string, VocabularyValue>()
    for (const { name, machines } of this.columns.ofKind(kind)) {
      if (machines.size === 0) continue
      const known = counts.get(name)
      if (known) known.count += machines.size
      else counts.set(name, { value: name, count: machines.size })
    }
    return [...counts.values()]
  }

  private pcnCounts(): Map<number, number> {
    const counts = new Map<number, number>()
    for (const [id, count] of countsOf(this.columns.machines.practice)) {
      const pcn = this.columns.practices.get(id)?.pcn_id
      if (pcn != null) counts.set(pcn, (counts.get(pcn) ?? 0) + count)
    }
    return counts
  }
}

function countsOf(column: DictionaryColumn<number>): Map<number, number> {
  const counts = new Map<number, number>()
  for (const [code, id] of column.values.entries()) if (id !== undefined) counts.set(id, column.counts[code] ?? 0)
  return counts
}

function* places(
  rows: Iterable<{ id: number; code: string; name: string }>,
  counts: Map<number, number>,
): Iterable<VocabularyValue> {
  for (const { id, code, name } of rows) yield { value: code, label: name, count: counts.get(id) ?? 0 }
}

function* texts<T extends string | number>(
  column: DictionaryColumn<T>,
  text: (v: T) => string,
): Iterable<VocabularyValue> {
  for (const [code, value] of column.values.entries()) {
    if (value !== undefined) yield { value: text(value), count: column.counts[code] ?? 0 }
  }
}
