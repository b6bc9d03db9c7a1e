import type { AgentEvent } from '@pumphandle/shared/wire'
import { sql } from 'kysely'
import type { Arrived } from '../../model/arrived.ts'
import type { ComponentChange } from '../../model/component.ts'
import type { Catalogue } from '../catalogue.ts'
import type { Db } from '../store.ts'
import { type MayName, projectComponents } from './components.ts'
import { growCrashes, projectCrashes } from './crashes.ts'
import { projectMachines } from './machines.ts'

export interface Projected {
  /** Crashes that were known, of which more is known now. */
  readonly grown: readonly Arrived[]
  readonly components: readonly ComponentChange[]
}

/** Of these rows are derived. */
const TOLD: ReadonlySet<AgentEvent['type']> = new Set([
  'boot',
  'component-changed',
  'crash',
  'inventory',
  'reachability',
])

/** Whether `project` would write nothing for any of them. */
export function derivesNothing(events: readonly Arrived[]): boolean {
  return events.every(({ event }) => !TOLD.has(event.type))
}

/**
 * On PostgreSQL: takes the rows of machines that a transaction will change, in the order of their numbers. Edges and a brain
 * that change the same machines then wait for each other, where they would be in each other's way, a second each time.
 */
export async function lockMachines(
  db: Db,
  events: readonly Arrived[],
  transitions: readonly { readonly machineId: number }[],
): Promise<void> {
  const told = events.filter(({ event }) => TOLD.has(event.type))
  const ids = [...new Set([...told, ...transitions].map(({ machineId }) => machineId))]
  if (ids.length > 1)
    await sql`select 1 from machine where id = any(${ids}::bigint[]) order by id for no key update`.execute(db)
}

/**
 * Derives the rows that lists and queries read from events, in the transaction that appended them.
 * @param fresh events that were not known, in their order
 * @param repeated events that were known
 * @param mayName how many new component versions a machine may bring; others are not noted
 */
export async function project(
  db: Db,
  catalogue: Catalogue,
  { fresh, repeated }: { fresh: readonly Arrived[]; repeated: readonly Arrived[] },
  mayName: MayName,
): Promise<Projected> {
  const grown = await growCrashes(db, repeated)
  await projectCrashes(db, [...fresh, ...grown])
  await projectMachines(db, fresh)
  const components = await projectComponents(db, catalogue, fresh, mayName)
  return { grown, components }
}
