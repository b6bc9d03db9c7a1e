import type { Adoption } from '@pumphandle/shared/api'
import { HOUR, MINUTE, SECOND } from '@pumphandle/shared/time'
import { COMPONENT_KINDS, type ComponentKind } from '@pumphandle/shared/words'
import { Refusal } from '../../model/refusal.ts'
import { adoptionOf, failuresOf, listComponents, showsAlone } from '../../store/component-stats.ts'
import type { Reader } from '../../store/index.ts'
import { Kept, KeptByKey } from '../fleet/kept.ts'
import { sensors } from '../fleet/sensors.ts'
import type { Handlers } from '../http/call.ts'
import type { ServeContext } from '../http/context.ts'
import { idCursor, toCursor } from '../http/cursor.ts'
import { componentRefOf } from '../machines/rows.ts'

/** Verdicts move by the minute; a page on every desk asks. */
const SENSORS_MS = 5 * SECOND
/** An adoption chart takes 70 ms for a million machines, and moves by the minute at most. */
const ADOPTION_MS = 30_000
/** Charts of as many products and spans as people look at on a bad day. */
const ADOPTIONS = 64
/** Points of the adoption chart. */
const BUCKETS = 144
/** Versions that the chart draws; older ones are on few machines. */
const VERSIONS = 12

export function sensorRoutes(context: ServeContext): Handlers<'sensors' | 'adoption' | 'components'> {
  const { store, clock, fleet, index } = context
  const kept = new Kept(clock, SENSORS_MS, () => sensors(context, clock.now()))
  const charts = new KeptByKey<Adoption>(clock, ADOPTION_MS, ADOPTIONS)
  return {
    sensors: () => kept.get(),

    adoption: ({ query: { kind, name, hours } }) =>
      charts.get(`${hours} ${kind}:${name}`, () => adoptionChart(store.reader, { kind, name, hours }, clock.now())),

    async components({ query }) {
      const kind = COMPONENT_KINDS.find((known) => known === query.kind)
      if (query.kind !== undefined && kind === undefined)
        throw new Refusal('malformed', 'Unknown kind', `A component is one of ${COMPONENT_KINDS.join(', ')}.`)
      const after = idCursor(query.cursor) ?? 0
      const rows = await listComponents(
        store.reader,
        { kind, name: query.name, alone: showsAlone(fleet.size) },
        after,
        query.limit,
      )
      return {
        items: rows.map((row) => ({
          ...componentRefOf(row),
          machines: index.columns.components.get(row.id)?.machines.size ?? 0,
          firstSeen: row.first_seen,
        })),
        next: rows.length === query.limit ? toCursor(rows.at(-1)?.id ?? 0) : null,
      }
    },
  }
}

/** Machines that had each version of a component, over the last hours. */
async function adoptionChart(
  db: Reader,
  { kind, name, hours }: { kind: ComponentKind; name: string; hours: number },
  now: number,
): Promise<Adoption> {
  const bucketMs = Math.max(MINUTE, Math.ceil((hours * HOUR) / BUCKETS / MINUTE) * MINUTE)
  const from = Math.floor((now - hours * HOUR) / bucketMs) * bucketMs
  const length = Math.floor((now - from) / bucketMs) + 1
  const versions = (await listComponents(db, { kind, name, alone: true }))
    .toSorted((a, b) => (a.version_key < b.version_key ? 1 : -1))
    .slice(0, VERSIONS)
  const machines = new Map(versions.map((row) => [row.id, Array.from({ length }, () => 0)]))
  for (const { id, at, change } of await adoptionOf(db, [...machines.keys()], from, bucketMs)) {
    const counts = machines.get(id)
    // a change counts from its bucket on; one before the chart, from its beginning
    const i = Math.max(0, (at - from) / bucketMs)
    if (counts && i < length) counts[i] = (counts[i] ?? 0) + change
  }
  for (const counts of machines.values())
    for (let i = 1; i < counts.length; i++) counts[i] = (counts[i] ?? 0) + (counts[i - 1] ?? 0)
  const failures = new Map(versions.map((row) => [row.id, Array.from({ length }, () => 0)]))
  for (const { id, at, n } of await failuresOf(db, [...machines.keys()], from, bucketMs)) {
    const counts = failures.get(id)
    const i = (at - from) / bucketMs
    // a machine's clock may say that it happened in the future
    if (counts && i >= 0 && i < length) counts[i] = n
  }
  return {
    bucketSeconds: bucketMs / 1000,
    from,
    versions: versions.map((row) => ({
      version: row.version,
      machines: machines.get(row.id) ?? [],
      failures: failures.get(row.id) ?? [],
    })),
  }
}
