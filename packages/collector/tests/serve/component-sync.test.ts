import { afterEach, beforeEach, expect, test } from 'vitest'
import { FleetColumns, type MachineRow } from '../../src/query/index.ts'
import { ComponentSync } from '../../src/search/component-sync.ts'
import type { ComponentKind, Store } from '../../src/store/index.ts'
import { tempStore } from './support/temp-store.ts'

let store: Store
let drop: () => Promise<void>
let columns: FleetColumns
let sync: ComponentSync

beforeEach(async () => {
  ;({ store, drop } = await tempStore())
  columns = new FleetColumns()
  for (let id = 1; id <= 1_200; id++) columns.setMachine({ id, name: `PC-${id}`, state: 'healthy' } as MachineRow)
  sync = new ComponentSync()
  sync.startFrom(columns)
})
afterEach(() => drop())

async function component(id: number, kind: ComponentKind, version: string): Promise<void> {
  const row = { id, kind, name: 'falcon', version, version_key: version, first_seen: 1 }
  await store.db.insertInto('component').values(row).execute()
}
async function give(machine: number, id: number): Promise<void> {
  const row = { machine_id: machine, component_id: id, since: 1, known_since_before: 0 as const }
  await store.db.insertInto('machine_component').values(row).execute()
}
const having = (id: number): number => columns.components.get(id)?.machines.size ?? 0

test('components that are new to everybody, on more machines than are read at once', async () => {
  await component(1, 'sensor', '7.15')
  for (let machine = 1; machine <= 1_200; machine++) {
    await give(machine, 1)
    sync.mark(machine)
  }
  await sync.run(columns, store.reader)
  expect(having(1)).toBe(1_200)
})

test('what was replaced goes, and what was not asked about stays', async () => {
  await component(1, 'sensor', '7.15')
  await component(2, 'content', '1')
  for (const machine of [1, 2]) {
    await give(machine, 1)
    await give(machine, 2)
    sync.mark(machine)
  }
  await sync.run(columns, store.reader)
  await component(3, 'sensor', '7.16')
  await store.db.deleteFrom('machine_component').where('machine_id', '=', 1).execute()
  await give(1, 3)
  sync.mark(1, 'sensor')
  await sync.run(columns, store.reader)
  expect([having(1), having(3)]).toEqual([1, 1])
  expect(having(2)).toBe(2)
  sync.mark(1, 'content')
  await sync.run(columns, store.reader)
  expect(having(2)).toBe(1)
})
