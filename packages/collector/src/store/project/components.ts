import type { EventOf } from '@pumphandle/shared/wire'
import { sql } from 'kysely'
import { correct } from '../../model/agent-time.ts'
import type { Arrived } from '../../model/arrived.ts'
import type { ComponentChange, ComponentName, KnownComponent } from '../../model/component.ts'
import type { Catalogue, Component } from '../catalogue.ts'
import type { Flag } from '../schema.ts'
import type { Db, Reader } from '../store.ts'
import { executeMany } from '../writer/many.ts'
import { writeComponents } from './write-components.ts'

type Told = Arrived & { readonly event: EventOf<'component-changed'> | EventOf<'inventory'> }

/** What each machine has, by component row. */
type Present = Map<number, Map<number, KnownComponent>>

/** How many of so many new component versions a machine may bring. */
export type MayName = (machine: number, wanted: number) => number

/** Machines whose components are read in one statement. */
const MACHINES = 500

/** Brings `machine_component` and `exposure` up to what events tell, in their order; answers with what changed. */
export async function projectComponents(
  db: Db,
  catalogue: Catalogue,
  events: readonly Arrived[],
  mayName: MayName,
): Promise<ComponentChange[]> {
  const told = events.filter((a): a is Told => a.event.type === 'component-changed' || a.event.type === 'inventory')
  if (told.length === 0) return []
  await catalogue.ensure(db, named(told, catalogue, mayName))
  const present = await readPresent(db, catalogue, [...new Set(told.map((t) => t.machineId))])
  const changes: ComponentChange[] = []
  for (const one of told) {
    const has = present.get(one.machineId) ?? new Map<number, KnownComponent>()
    present.set(one.machineId, has)
    const before = changes.length
    if (one.event.type === 'inventory') changes.push(...inventory(one, one.event, has, catalogue))
    else changes.push(...changed(one, one.event, has, catalogue))
    for (const c of changes.slice(before))
      if (c.change === 'removed') has.delete(c.component.id)
      else has.set(c.component.id, c.component)
  }
  await writeComponents(db, changes)
  await noteShared(db, catalogue, changes)
  return changes
}

/** What the events name that nobody had before, with the time that the fleet first had it, as far as machines may name it. */
function* named(
  told: readonly Told[],
  catalogue: Catalogue,
  mayName: MayName,
): Generator<ComponentName & { seen: number }> {
  for (const { machineId, event, at } of told) {
    const names: readonly ComponentName[] =
      event.type === 'inventory'
        ? event.components
        : event.version === undefined
          ? []
          : [{ kind: event.kind, name: event.name, version: event.version }]
    const fresh = names.filter((name) => !catalogue.find(name))
    if (fresh.length === 0) continue
    const allowed = mayName(machineId, fresh.length)
    for (const name of fresh.slice(0, allowed)) yield { ...name, seen: at }
  }
}

/** A component is the fleet's once a second machine has it: until then lists that all see leave it out. */
async function noteShared(db: Db, catalogue: Catalogue, changes: readonly ComponentChange[]): Promise<void> {
  const firsts = new Map<string, { readonly row: Component; readonly machineId: number }>()
  for (const { machineId, component, change } of changes) {
    const row = change === 'removed' ? undefined : catalogue.byId(component.id)
    if (!row || row.shared === 1 || row.first_machine_id === machineId) continue
    firsts.set(`${row.id} ${machineId}`, { row, machineId })
  }
  if (firsts.size === 0) return
  const all = [...firsts.values()]
  // by what the row says now: another edge may have written it since it was read
  const results = await executeMany<Component>(
    db,
    all.map(({ row, machineId }) =>
      db
        .updateTable('component')
        .set({
          shared: sql<Flag>`case when first_machine_id is null then 0 else 1 end`,
          first_machine_id: sql<
            number | null
          >`case when first_machine_id is null then cast(${machineId} as bigint) end`,
        })
        .where('id', '=', row.id)
        .where('shared', '=', 0)
        .where((e) => e.or([e('first_machine_id', 'is', null), e('first_machine_id', '!=', machineId)]))
        .returningAll()
        .compile(),
    ),
  )
  for (const [at, { row }] of all.entries())
    catalogue.replace(results[at]?.rows[0] ?? { ...row, shared: 1, first_machine_id: null })
}

async function readPresent(db: Reader, catalogue: Catalogue, machines: readonly number[]): Promise<Present> {
  const present: Present = new Map()
  for (let from = 0; from < machines.length; from += MACHINES) {
    const rows = await db
      .selectFrom('machine_component')
      .select(['machine_id', 'component_id'])
      .where('machine_id', 'in', machines.slice(from, from + MACHINES))
      .execute()
    for (const { machine_id, component_id } of rows) {
      const component = catalogue.byId(component_id)
      if (!component) continue
      const has = present.get(machine_id)
      if (has) has.set(component_id, component)
      else present.set(machine_id, new Map([[component_id, component]]))
    }
  }
  return present
}

/** One component came, changed or went: versions of the same name give way. */
function* changed(
  { machineId, at }: Told,
  { kind, name, version }: EventOf<'component-changed'>,
  has: ReadonlyMap<number, KnownComponent>,
  catalogue: Catalogue,
): Generator<ComponentChange> {
  for (const component of has.values())
    if (component.kind === kind && component.name === name && component.version !== version)
      yield { machineId, component, change: 'removed', at }
  const component = version === undefined ? undefined : catalogue.find({ kind, name, version })
  if (component && !has.has(component.id)) yield { machineId, component, change: 'arrived', at }
}

/** The whole list: of kinds that were read in full, what is not on it is gone. */
function* inventory(
  { machineId, at, skew, receivedAt }: Told,
  { components, complete }: EventOf<'inventory'>,
  has: ReadonlyMap<number, KnownComponent>,
  catalogue: Catalogue,
): Generator<ComponentChange> {
  const listed = new Map<number, KnownComponent>()
  const names = new Set<string>()
  const added: ComponentChange[] = []
  for (const one of components) {
    const component = catalogue.find(one)
    if (!component || listed.has(component.id)) continue
    listed.set(component.id, component)
    names.add(`${one.kind}:${one.name}`)
    if (has.has(component.id)) continue
    // an update that happened while the agent was away is told by `arrivedAt`, or by the version that it replaces
    const since = one.arrivedAt === undefined ? undefined : correct(one.arrivedAt, skew, receivedAt)
    const replaces = since === undefined && replaced(has, one)
    added.push({
      machineId,
      component,
      change: since !== undefined || replaces ? 'arrived' : 'present',
      at: since ?? at,
    })
  }
  for (const component of has.values()) {
    if (listed.has(component.id)) continue
    if (complete.includes(component.kind) || names.has(`${component.kind}:${component.name}`))
      yield { machineId, component, change: 'removed', at }
  }
  yield* added
}

function replaced(has: ReadonlyMap<number, KnownComponent>, { kind, name }: ComponentName): boolean {
  for (const c of has.values()) if (c.kind === kind && c.name === name) return true
  return false
}
