import type { Coverage as CoverageAnswer, CoverageImport, CoverageMachine, ListSource } from '@pumphandle/shared/api'
import type { Clock } from '@pumphandle/shared/clock'
import { DAY, MINUTE } from '@pumphandle/shared/time'
import { compareVersions } from '@pumphandle/shared/versions'
import type { Fleet } from '../fleet/fleet.ts'
import type { FleetMachine } from '../fleet/machine.ts'
import { StoredInventory } from '../model/stored-inventory.ts'
import type { PracticeBook } from '../practices/book.ts'
import { assetRows } from '../store/assets.ts'
import type { Store } from '../store/index.ts'
import { coverageDays, ownedMachines, putCoverageDay, replaceOwned } from '../store/owned-machines.ts'
import { readJson } from '../store/read-json.ts'
import { readList, shortName } from './read-list.ts'
import { serialOf } from './serials.ts'

/** A machine that no list has named for this long has probably gone. */
const STALE_MS = 90 * DAY
/** An agent that was silent for this long has stopped, or its machine has gone. */
const STOPPED_MS = 14 * DAY
/** How old an answer may be: reading 100,000 rows takes some 0.3 s. */
const FRESH_MS = MINUTE
/** In a fleet of at least this many machines the newest agent is the newest that SEVERAL have: one machine may invent a version. */
const SEVERAL_FROM = 20
const SEVERAL = 2

interface Deps {
  readonly store: Store
  readonly clock: Clock
  readonly fleet: Fleet
  readonly book: PracticeBook
}

/** One machine that is listed, by all lists that have it, with its agent if it has one. */
interface Owned {
  readonly name: string
  serial: string | null
  practiceCode: string | null
  lastSeen: number | null
  readonly sources: ListSource[]
  agent: FleetMachine | undefined
}

interface Compared {
  readonly at: number
  readonly lists: CoverageAnswer['lists']
  readonly owned: readonly Owned[]
  readonly unlisted: readonly FleetMachine[]
}

/** What the organisation says it owns, beside what is watched. */
export class Coverage {
  readonly #deps: Deps
  #compared: Promise<Compared> | undefined
  #comparedAt = Number.NEGATIVE_INFINITY

  constructor(deps: Deps) {
    this.#deps = deps
  }

  /** Takes over a list in the place of the one of the same source; with `dryRun` only says what would change. */
  async take(text: string, source: ListSource, dryRun: boolean): Promise<CoverageImport> {
    const { store, clock } = this.#deps
    const file = await readList(text, (cell) => this.#codeIn(cell))
    const keys = new Set(file.machines.map(({ key }) => key))
    let gone = 0
    for await (const rows of ownedMachines(store.db))
      gone += rows.filter((row) => row.source === source && !keys.has(row.machine_key)).length
    if (!dryRun) {
      const at = clock.now()
      const rows = file.machines.map(({ key, name, serial, practiceCode, lastSeen }) => ({
        source,
        machine_key: key,
        name,
        serial,
        practice_code: practiceCode,
        last_seen: lastSeen,
        listed_at: at,
      }))
      await replaceOwned(store, source, rows, at)
      this.#compared = undefined
      await this.countDay()
    }
    return {
      dryRun,
      rows: file.rows,
      machines: file.machines.length,
      gone,
      skipped: file.skipped,
      twice: file.twice,
      placed: file.machines.filter(({ practiceCode }) => practiceCode !== null).length,
      errors: [...file.errors],
    }
  }

  /** The whole picture. */
  async report(): Promise<CoverageAnswer> {
    const { book, clock, store } = this.#deps
    const now = clock.now()
    const { lists, owned, unlisted } = await this.#compare()
    const places = Map.groupBy(owned, (one) => placeOf(one, book))
    const newest = this.#newestAgent()
    return {
      lists,
      listed: owned.length,
      watched: owned.filter(({ agent }) => agent).length,
      stale: owned.filter((one) => !one.agent && isStale(one, now)).length,
      stopped: [...this.#stopped(now)].length,
      outdated: [...this.#outdated(newest)].length,
      newestAgent: newest,
      unlisted: lists.length === 0 ? 0 : unlisted.length,
      practices: [...places]
        .map(([code, all]) => ({
          practice: code === null ? null : book.refOf(book.byCode(code)?.id ?? null),
          listed: all.length,
          watched: all.filter(({ agent }) => agent).length,
        }))
        .toSorted((a, b) => b.listed - b.watched - (a.listed - a.watched)),
      trend: await coverageDays(store.reader),
    }
  }

  /** The machines of one kind whose name, serial number or practice holds `wanted`, those that were heard of last first. */
  async machines(kind: 'missing' | 'unlisted' | 'stopped' | 'outdated', wanted: string): Promise<CoverageMachine[]> {
    const { book, clock } = this.#deps
    const now = clock.now()
    const { owned, unlisted } = await this.#compare()
    const agents =
      kind === 'unlisted' ? unlisted : kind === 'stopped' ? this.#stopped(now) : this.#outdated(this.#newestAgent())
    const found: CoverageMachine[] =
      kind === 'missing'
        ? owned
            .filter(({ agent }) => !agent)
            .map((one) => ({
              name: one.name,
              id: null,
              serial: one.serial,
              practice: book.refOf(book.byCode(placeOf(one, book) ?? '')?.id ?? null),
              sources: one.sources,
              lastSeen: one.lastSeen,
              stale: isStale(one, now),
            }))
        : Array.from(agents, (m) => ({
            name: m.name,
            id: m.uid,
            serial: null,
            practice: book.refOf(m.site),
            sources: [],
            lastSeen: m.lastHeard,
            stale: false,
          }))
    const text = wanted.trim().toLowerCase()
    return found
      .filter(({ name, serial, practice }) =>
        [name, serial, practice?.code, practice?.name].some((part) => part?.toLowerCase().includes(text)),
      )
      .toSorted((a, b) => (b.lastSeen ?? 0) - (a.lastSeen ?? 0) || a.name.localeCompare(b.name, 'en'))
  }

  /** The day's line of the trend; nothing where no list is there. */
  async countDay(): Promise<void> {
    const { store, clock } = this.#deps
    const { lists, owned, unlisted } = await this.#compare()
    if (lists.length === 0) return
    await putCoverageDay(store.db, {
      day: Math.floor(clock.now() / DAY) * DAY,
      listed: owned.length,
      watched: owned.filter(({ agent }) => agent).length,
      unlisted: unlisted.length,
    })
  }

  #compare(): Promise<Compared> {
    const now = this.#deps.clock.now()
    if (!this.#compared || now - this.#comparedAt > FRESH_MS) {
      this.#comparedAt = now
      this.#compared = this.#read(now)
      this.#compared.catch(() => {
        this.#compared = undefined
      })
    }
    return this.#compared
  }

  async #read(at: number): Promise<Compared> {
    const { store, fleet } = this.#deps
    const owned = new Map<string, Owned>()
    const lists = new Map<string, { source: ListSource; at: number; machines: number }>()
    for await (const rows of ownedMachines(store.db))
      for (const row of rows) {
        const source = row.source as ListSource
        const list = lists.get(source) ?? { source, at: row.listed_at, machines: 0 }
        list.machines++
        lists.set(source, list)
        const known = owned.get(row.machine_key)
        if (!known) {
          const { name, serial, practice_code: practiceCode, last_seen: lastSeen } = row
          owned.set(row.machine_key, { name, serial, practiceCode, lastSeen, sources: [source], agent: undefined })
          continue
        }
        known.sources.push(source)
        known.serial ??= row.serial
        known.practiceCode ??= row.practice_code
        known.lastSeen = Math.max(known.lastSeen ?? 0, row.last_seen ?? 0) || null
      }
    let unlisted: FleetMachine[] = []
    for (const machine of fleet.machines()) {
      const one = owned.get(shortName(machine.name))
      if (one) one.agent ??= machine
      else unlisted.push(machine)
    }
    unlisted = await this.#bySerial(owned, unlisted)
    return { at, lists: [...lists.values()], owned: [...owned.values()], unlisted }
  }

  /** Machines that go by another name than their list says are found by their serial number. @returns those that are not */
  async #bySerial(owned: ReadonlyMap<string, Owned>, unlisted: FleetMachine[]): Promise<FleetMachine[]> {
    const wanted = new Map<string, Owned>()
    const shared = new Set<string>()
    for (const one of owned.values()) {
      const serial = one.agent ? '' : serialOf(one.serial ?? '')
      if (serial === '') continue
      if (wanted.has(serial)) shared.add(serial)
      wanted.set(serial, one)
    }
    // two of the list that say the same: nobody knows which of them the agent is on
    for (const serial of shared) wanted.delete(serial)
    if (wanted.size === 0 || unlisted.length === 0) return unlisted
    const byUid = new Map(unlisted.map((machine) => [machine.uid, machine]))
    for (const row of await assetRows(this.#deps.store.reader, [...byUid.keys()])) {
      const inventory =
        row.inventory === null
          ? undefined
          : readJson(StoredInventory, row.inventory, { table: 'machine_detail', id: row.id })
      const one = wanted.get(serialOf(inventory?.serialNumber ?? ''))
      if (!one) continue
      one.agent ??= byUid.get(row.uid)
      byUid.delete(row.uid)
    }
    return [...byUid.values()]
  }

  /** Of what established machines have, and in a fleet of some more than one of them: one alone says what it likes. */
  #newestAgent(): string | null {
    const had = new Map<string, number>()
    let all = 0
    for (const { agentVersion, isEstablished } of this.#deps.fleet.machines()) {
      if (agentVersion === null || !isEstablished) continue
      all++
      had.set(agentVersion, (had.get(agentVersion) ?? 0) + 1)
    }
    const least = all >= SEVERAL_FROM ? SEVERAL : 1
    let newest: string | null = null
    for (const [version, machines] of had)
      if (machines >= least && (newest === null || compareVersions(version, newest) > 0)) newest = version
    return newest
  }

  *#stopped(now: number): Iterable<FleetMachine> {
    for (const machine of this.#deps.fleet.machines()) if (now - machine.lastHeard > STOPPED_MS) yield machine
  }

  *#outdated(newest: string | null): Iterable<FleetMachine> {
    for (const machine of this.#deps.fleet.machines())
      if (newest !== null && machine.agentVersion !== null && compareVersions(machine.agentVersion, newest) < 0)
        yield machine
  }

  /** The practice's code that stands in a text: alone, as an organisational unit, or before a dash in a name. */
  #codeIn(text: string): string | undefined {
    if (text === '') return undefined
    return text
      .toUpperCase()
      .split(/[^A-Z0-9]+/)
      .find((word) => word.length >= 3 && this.#deps.book.byCode(word))
  }
}

/** The agent knows better where a machine stands than a list does. */
function placeOf({ agent, practiceCode }: Owned, book: PracticeBook): string | null {
  return (agent && book.byId(agent.site)?.code) ?? practiceCode
}

const isStale = ({ lastSeen }: Owned, now: number) => lastSeen !== null && now - lastSeen > STALE_MS
