import { describe, expect, test } from 'vitest'
import {
  Bitset,
  FleetColumns,
  facets,
  ordered,
  type PageEnd,
  type PageOptions,
  page,
  pageAt,
  parse,
  type Query,
  type Sort,
  select,
} from '../../src/query/index.ts'
import { Choices } from './support/choices.ts'
import { evaluate } from './support/evaluate.ts'
import { makeFleet } from './support/fleet.ts'
import type { MachineRecord } from './support/machine-record.ts'
import { makeQuery } from './support/queries.ts'
import { componentRow, machineRow } from './support/rows.ts'
import { COMPONENTS, NOW, PCNS, PRACTICES, REGIONS } from './support/values.ts'

const all: Query = { type: 'all' }

/** Feeds records as rows; ids of places and components are their places in the lists of values, from 1. */
class Feed {
  readonly columns = new FleetColumns()

  constructor(fleet: MachineRecord[]) {
    for (const [i, r] of REGIONS.entries()) this.columns.setRegion({ id: i + 1, ...r })
    for (const [i, p] of PCNS.entries()) this.columns.setPcn({ id: i + 1, ...p })
    for (const [i, p] of PRACTICES.entries()) {
      const pcn = fleet.find((m) => m.practice?.code === p.code)?.pcn?.code
      this.columns.setPractice({ id: i + 1, ...p, pcn_id: idOf(PCNS, pcn) })
    }
    for (const [i, [kind, name, version]] of COMPONENTS.entries()) {
      this.columns.setComponent(componentRow(i + 1, kind, name, version))
    }
    for (const id of [1, 2, 3]) this.columns.setIncident({ id, title: '', resolved_at: id === 3 ? NOW : null })
  }

  put(m: MachineRecord): void {
    this.columns.setMachine(
      machineRow(m.id, {
        name: m.name,
        practice_id: idOf(PRACTICES, m.practice?.code),
        region_id: idOf(REGIONS, m.region?.code),
        state: m.state,
        state_since: m.stateSince,
        model: m.model,
        serial_number: m.serial,
        os_name: m.osName,
        agent_version: m.agentVersion,
        first_seen: m.firstSeen,
        last_seen: m.lastSeen,
        last_boot_at: m.lastBootAt,
        last_crash_at: m.lastCrashAt,
        last_crash_stop: m.lastCrashStop,
        last_crash_culprit: m.lastCrashCulprit,
        unmanaged: m.unmanaged ? 1 : 0,
      }),
    )
    this.columns.setTags(m.id, { machine: m.tags, agent: [] })
    for (const [i, [kind, name, version]] of COMPONENTS.entries()) {
      const has = m.components.some((c) => c.kind === kind && c.name === name && c.version === version)
      if (has) this.columns.addComponent(m.id, i + 1)
      else this.columns.removeComponent(m.id, i + 1)
    }
    for (const id of [1, 2, 3]) {
      this.columns.setCohort(id, m.id, m.incidents.find((i) => i.id === id)?.cohort ?? null)
    }
  }
}

function idOf(places: { code: string }[], code: string | undefined): number | null {
  const i = places.findIndex((p) => p.code === code)
  return i < 0 ? null : i + 1
}

/** Machines that came, changed, went and came back. */
function churned(seed: number): { fleet: MachineRecord[]; columns: FleetColumns } {
  const random = new Choices(seed)
  // more than the columns' first room, so that they grow
  const before = makeFleet(random, 1500)
  const after = makeFleet(random, 1500).map((m, i) => ({
    ...m,
    practice: before[i]?.practice ?? null,
    pcn: before[i]?.pcn ?? null,
  }))
  const feed = new Feed(before)
  for (const m of before) feed.put(m)
  const fleet = new Map(before.map((m) => [m.id, m]))
  for (const m of after) {
    const what = random.below(4)
    if (what === 0) continue
    if (what > 1) {
      feed.columns.removeMachine(m.id)
      fleet.delete(m.id)
    }
    if (what !== 2) {
      feed.put(m)
      fleet.set(m.id, m)
    }
  }
  return { fleet: [...fleet.values()], columns: feed.columns }
}

describe('columns fed by changes', () => {
  test('find what looking at each machine finds', () => {
    const { fleet, columns } = churned(1)
    const random = new Choices(2)
    let some = 0
    for (let i = 0; i < 300; i++) {
      const text = makeQuery(random)
      const parsed = parse(text)
      if (!parsed.ok || text.includes('had:')) continue
      const expected = fleet.filter((m) => evaluate(parsed.query, m, NOW)).map((m) => m.id)
      const found = [...columns.idsOf(select(columns, parsed.query, { now: NOW }))]
      expect({ text, ids: found.toSorted((a, b) => a - b) }).toEqual({ text, ids: expected.toSorted((a, b) => a - b) })
      if (found.length > 0 && found.length < fleet.length) some++
    }
    expect(some).toBeGreaterThan(100)
  })

  test('count every facet as counting by hand does', () => {
    const { fleet, columns } = churned(3)
    const parsed = parse('-state:healthy')
    if (!parsed.ok) throw new Error('the query is wrong')
    const chosen = fleet.filter((m) => m.state !== 'healthy')
    const found = facets(columns, select(columns, parsed.query, { now: NOW }), undefined, 3)
    const byHand = {
      state: (m: MachineRecord) => [m.state],
      practice: (m: MachineRecord) => [m.practice?.code],
      region: (m: MachineRecord) => [m.region?.code],
      sensor: (m: MachineRecord) =>
        m.components.filter((c) => c.kind === 'sensor').map((c) => `${c.name}@${c.version}`),
      content: (m: MachineRecord) =>
        m.components.filter((c) => c.kind === 'content').map((c) => `${c.name}@${c.version}`),
      os: (m: MachineRecord) => m.components.filter((c) => c.kind === 'os').map((c) => `${c.name}@${c.version}`),
      model: (m: MachineRecord) => [m.model],
      culprit: (m: MachineRecord) => [m.lastCrashCulprit],
      tag: (m: MachineRecord) => m.tags,
    }
    for (const { name, values, more } of found) {
      const counts = new Map<string, number>()
      for (const value of chosen.flatMap(byHand[name]))
        if (value != null) counts.set(value, (counts.get(value) ?? 0) + 1)
      const most = [...counts.values()].toSorted((a, b) => b - a)
      expect({ name, counts: values.map((v) => v.count) }).toEqual({ name, counts: most.slice(0, 3) })
      for (const v of values) expect([v.value, counts.get(v.value)]).toEqual([v.value, v.count])
      expect([name, more]).toEqual([name, Math.max(0, counts.size - 3)])
    }
  })

  test('count versions of a name that has many, also where machines have several at once', () => {
    const random = new Choices(8)
    const columns = new FleetColumns()
    const has = new Map<number, Set<number>>()
    const versions = Array.from({ length: 12 }, (_, i) => i + 1)
    for (const id of versions) columns.setComponent(componentRow(id, 'sensor', 'many', `7.${id}`))
    for (let step = 0; step < 8000; step++) {
      const machine = random.below(1500)
      const version = random.pick(versions)
      const mine = has.get(machine) ?? new Set()
      if (!has.has(machine)) columns.setMachine(machineRow(machine, { unmanaged: machine % 3 === 0 ? 1 : 0 }))
      has.set(machine, mine)
      if (random.chance(0.4)) {
        columns.removeComponent(machine, version)
        mine.delete(version)
      } else {
        columns.addComponent(machine, version)
        mine.add(version)
      }
    }
    expect([...has.values()].some((mine) => mine.size > 1)).toBe(true)
    for (const text of ['is:unmanaged', '-is:unmanaged', '', 'name:pc77']) {
      const parsed = parse(text)
      if (!parsed.ok) throw new Error(text)
      const selection = select(columns, parsed.query, { now: NOW })
      const chosen = new Set(columns.idsOf(selection))
      const [facet] = facets(columns, selection, ['sensor'], 20)
      for (const id of versions) {
        const count = [...has].filter(([machine, mine]) => chosen.has(machine) && mine.has(id)).length
        const counted = facet?.values.find((v) => v.value === `many@7.${id}`)?.count ?? 0
        expect({ text, id, counted }).toEqual({ text, id, counted: count })
      }
    }
    for (const [machine, mine] of has) {
      const found = columns.componentsOf(machine, 'sensor').map((c) => c.id)
      expect(new Set(found)).toEqual(mine)
    }
  })

  test('know what each machine has', () => {
    const { fleet, columns } = churned(6)
    for (const m of fleet) {
      const names = (cs: { name: string; version: string }[]) => cs.map((c) => `${c.name}@${c.version}`).toSorted()
      const contents = m.components.filter((c) => c.kind === 'content')
      expect(names(columns.componentsOf(m.id, 'content'))).toEqual(names(contents))
    }
    expect(columns.componentsOf(-1, 'content')).toEqual([])
  })

  test('a facet value, added to the query, finds as many machines as it counts', () => {
    const { columns } = churned(4)
    for (const { values } of facets(columns, columns.machines.present, undefined, 50)) {
      for (const { term, count } of values) {
        const parsed = parse(term)
        const found = parsed.ok ? select(columns, parsed.query, { now: NOW }).count() : -1
        // names that differ only in case are one name to a query
        expect({ term, enough: found >= count }).toEqual({ term, enough: true })
      }
    }
  })
})

describe('pages', () => {
  const { fleet, columns } = churned(5)
  const STATE_ORDER = ['boot-loop', 'crashed', 'dark', 'offline', 'sleeping', 'healthy']
  const values: Record<Sort, (m: MachineRecord) => string | number | null> = {
    name: (m) => m.name.toLowerCase(),
    practice: (m) => m.practice?.code ?? null,
    state: (m) => STATE_ORDER.indexOf(m.state),
    lastSeen: (m) => m.lastSeen,
    lastCrashAt: (m) => m.lastCrashAt,
    model: (m) => m.model,
  }

  function inOrder(sort: Sort, order: 'asc' | 'desc'): number[] {
    const sign = order === 'desc' ? -1 : 1
    const nameSign = sort === 'name' ? sign : 1
    const less = (a: string | number, b: string | number): number => (a < b ? -1 : a > b ? 1 : 0)
    const sorted = fleet.toSorted((a, b) => {
      const [va, vb] = [values[sort](a), values[sort](b)]
      if (va === null || vb === null) {
        if (va !== vb) return va === null ? 1 : -1
      } else if (va !== vb) return less(va, vb) * sign
      return less(a.name.toLowerCase(), b.name.toLowerCase()) * nameSign || a.id - b.id
    })
    return sorted.map((m) => m.id)
  }

  test.each((Object.keys(values) as Sort[]).flatMap((sort) => [[sort, 'asc'] as const, [sort, 'desc'] as const]))(
    'by %s %s, put together, are the whole list in order',
    async (sort, order) => {
      const ids: number[] = []
      let after: PageEnd | undefined
      do {
        const options: PageOptions = { sort, order, limit: 97, after }
        const { ids: more, next } = page(columns, select(columns, all, { now: NOW }), options)
        ids.push(...more)
        // a cursor travels as JSON
        after = next ? (JSON.parse(JSON.stringify(next)) as PageEnd) : undefined
      } while (after)
      expect(ids).toEqual(inOrder(sort, order))
      expect([...(await ordered(columns, select(columns, all, { now: NOW }), { sort, order }))]).toEqual(ids)
      const found = select(columns, all, { now: NOW })
      const middle = await pageAt(columns, found, { sort, order, offset: 50, limit: 20 })
      expect(middle.ids).toEqual(ids.slice(50, 70))
      expect(page(columns, found, { sort, order, limit: 5, after: middle.next ?? undefined }).ids).toEqual(
        ids.slice(70, 75),
      )
      const end = await pageAt(columns, found, { sort, order, offset: ids.length - 3, limit: 20 })
      expect(end).toEqual({ ids: ids.slice(-3), next: null })
    },
  )

  test('compare long names to their end', async () => {
    const columns = new FleetColumns()
    const names = [
      'DESKTOP-AB12CD3',
      'DESKTOP-AB12CD2',
      'desktop-ab12cd2.practice.nhs.uk',
      'DESKTOP-AB12CD2.practice',
      'DESKTOP-AB12C',
    ]
    for (const [id, name] of names.entries()) columns.setMachine(machineRow(id, { name }))
    const byName = { sort: 'name', order: 'asc' } as const
    expect([...(await ordered(columns, columns.machines.present, byName))]).toEqual([4, 1, 3, 2, 0])
    expect(await ordered(columns, new Bitset(columns.machines.capacity), byName)).toHaveLength(0)
    expect(page(columns, columns.machines.present, { ...byName, limit: 9 }).ids).toEqual([4, 1, 3, 2, 0])
  })

  test('go on after a machine that is gone, and whose model is gone', () => {
    const columns = new FleetColumns()
    for (const [id, model] of ['a', 'b', 'c', 'd'].entries()) columns.setMachine(machineRow(id, { model }))
    const first = page(columns, columns.machines.present, { sort: 'model', order: 'asc', limit: 2 })
    expect(first.ids).toEqual([0, 1])
    columns.removeMachine(1)
    const second = page(columns, columns.machines.present, {
      sort: 'model',
      order: 'asc',
      limit: 2,
      after: first.next ?? undefined,
    })
    expect(second).toEqual({ ids: [2, 3], next: null })
  })
})
