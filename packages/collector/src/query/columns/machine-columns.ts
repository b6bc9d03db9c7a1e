import type { MachineState } from '../../store/schema.ts'
import { searchFold } from '../language/search-text.ts'
import { Bitset } from './bitset.ts'
import { DictionaryColumn } from './dictionary-column.ts'
import { NameColumn } from './name-column.ts'
import { NumberColumn } from './number-column.ts'
import type { MachineRow } from './rows.ts'

/** Room at first; doubled when it is full. A multiple of 32. */
const FIRST_CAPACITY = 1024

/**
 * The machines' own attributes, one typed array each. A machine's place in every array is its index, which has nothing to
 * do with its id and is given again when the machine is removed.
 */
export class MachineColumns {
  capacity = FIRST_CAPACITY
  readonly present = new Bitset(FIRST_CAPACITY)
  readonly ids: number[] = []
  /** folded for searching */
  readonly names = new NameColumn(FIRST_CAPACITY)
  /** folded for searching; empty where it is not known */
  readonly serials = new NameColumn(FIRST_CAPACITY)
  readonly state = new DictionaryColumn<MachineState>(FIRST_CAPACITY)
  readonly practice = new DictionaryColumn<number>(FIRST_CAPACITY)
  readonly region = new DictionaryColumn<number>(FIRST_CAPACITY)
  readonly model = new DictionaryColumn<string>(FIRST_CAPACITY)
  readonly osName = new DictionaryColumn<string>(FIRST_CAPACITY)
  readonly agent = new DictionaryColumn<string>(FIRST_CAPACITY)
  readonly culprit = new DictionaryColumn<string>(FIRST_CAPACITY)
  /** tags that hold, in order, with a space between two */
  readonly tags = new DictionaryColumn<string>(FIRST_CAPACITY)
  readonly stop = new DictionaryColumn<number>(FIRST_CAPACITY)
  readonly unmanaged = new Bitset(FIRST_CAPACITY)
  readonly since = new NumberColumn(FIRST_CAPACITY)
  readonly added = new NumberColumn(FIRST_CAPACITY)
  readonly seen = new NumberColumn(FIRST_CAPACITY)
  readonly booted = new NumberColumn(FIRST_CAPACITY)
  readonly crashed = new NumberColumn(FIRST_CAPACITY)
  private readonly indexOfId = new Map<number, number>()
  private readonly free: number[] = []

  get size(): number {
    return this.indexOfId.size
  }

  allIds(): number[] {
    return [...this.indexOfId.keys()]
  }

  indexOf(id: number): number | undefined {
    return this.indexOfId.get(id)
  }

  /** Takes a row in, whole. Returns the machine's index. */
  set(row: MachineRow): number {
    const i = this.indexOfId.get(row.id) ?? this.newIndex(row.id)
    this.names.set(i, searchFold(row.name))
    this.serials.set(i, searchFold(row.serial_number ?? ''))
    this.state.set(i, row.state)
    this.practice.set(i, row.practice_id)
    this.region.set(i, row.region_id)
    this.model.set(i, row.model)
    this.osName.set(i, row.os_name)
    this.agent.set(i, row.agent_version)
    this.culprit.set(i, row.last_crash_culprit)
    this.stop.set(i, row.last_crash_stop)
    if (row.unmanaged) this.unmanaged.add(i)
    else this.unmanaged.delete(i)
    this.since.set(i, row.state_since)
    this.added.set(i, row.first_seen)
    this.seen.set(i, row.last_seen)
    this.booted.set(i, row.last_boot_at)
    this.crashed.set(i, row.last_crash_at)
    return i
  }

  remove(id: number): void {
    const i = this.indexOfId.get(id)
    if (i === undefined) return
    for (const column of this.dictionaries()) column.set(i, null)
    for (const column of this.numbers()) column.set(i, null)
    this.unmanaged.delete(i)
    this.present.delete(i)
    this.names.set(i, '')
    this.serials.set(i, '')
    this.indexOfId.delete(id)
    this.free.push(i)
  }

  private newIndex(id: number): number {
    const i = this.free.pop() ?? this.ids.length
    if (i >= this.capacity) this.grow(this.capacity * 2)
    this.ids[i] = id
    this.indexOfId.set(id, i)
    this.present.add(i)
    return i
  }

  private grow(capacity: number): void {
    this.capacity = capacity
    const columns = [...this.dictionaries(), ...this.numbers(), this.names, this.serials, this.present, this.unmanaged]
    for (const column of columns) column.grow(capacity)
  }

  private dictionaries(): { set(i: number, value: null): void; grow(capacity: number): void }[] {
    const { state, practice, region, model, osName, agent, culprit, stop, tags } = this
    return [state, practice, region, model, osName, agent, culprit, stop, tags]
  }

  private numbers(): NumberColumn[] {
    return [this.since, this.added, this.seen, this.booted, this.crashed]
  }
}
