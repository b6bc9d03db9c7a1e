import { type Arrival, NEEDS_A_LOOK, VERDICT_WORDS } from '@pumphandle/shared/api'
import { HOUR } from '@pumphandle/shared/time'
import { componentKey } from '../../model/component.ts'
import { listComponents, showsAlone } from '../../store/component-stats.ts'
import type { ServeContext } from '../http/context.ts'
import { componentRefOf } from '../machines/rows.ts'

/** What counts as lately: over a weekend. */
const LATELY_MS = 72 * HOUR
/** Machines enrol one after the other: what is first seen so soon after the very first was there before. */
const FIRST_SIGHT_MS = 30_000
/** Arrivals that the overview lists. */
const LISTED = 12
/** Kinds that come by themselves; drivers come with them. */
const KINDS = ['sensor', 'content', 'os', 'app', 'firmware'] as const

/** Component versions that came into the fleet lately, what needs a look first. */
export async function arrivals(
  { store, fleet, index, versions }: Pick<ServeContext, 'store' | 'fleet' | 'index' | 'versions'>,
  now: number,
): Promise<Arrival[]> {
  const [db, columns] = [store.reader, index.columns]
  const all = await listComponents(db, {
    kinds: [...KINDS],
    firstSeenAfter: now - LATELY_MS,
    alone: showsAlone(fleet.size),
  })
  // what was there when the fleet was first seen has not arrived
  const [first] = await listComponents(db, { alone: true }, 0, 1)
  const began = first?.first_seen ?? 0
  const found = all
    .filter((component) => component.first_seen > began + FIRST_SIGHT_MS)
    .map((component) => ({ component, machines: columns.components.get(component.id)?.machines.size ?? 0 }))
    .filter(({ machines }) => machines > 0)
    .sort((a, b) => b.machines - a.machines || b.component.first_seen - a.component.first_seen)
  return found
    .map(({ component, machines }) => ({
      component: componentRefOf(component),
      firstSeen: component.first_seen,
      machines,
      verdict: versions.verdict(componentKey(component), now) ?? null,
    }))
    .sort((a, b) => weightOf(a.verdict) - weightOf(b.verdict))
    .slice(0, LISTED)
}

/** What is bad or suspect goes before what most machines have. */
function weightOf(verdict: Arrival['verdict']): number {
  return verdict && NEEDS_A_LOOK.includes(verdict.word) ? VERDICT_WORDS.indexOf(verdict.word) : VERDICT_WORDS.length
}
