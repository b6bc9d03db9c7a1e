import type { SensorProduct, Sensors, VersionRow } from '@pumphandle/shared/api'
import { WEEK } from '@pumphandle/shared/time'
import type { FleetColumns } from '../../query/index.ts'
import { componentStats, listComponents, showsAlone } from '../../store/component-stats.ts'
import type { Reader, Row } from '../../store/index.ts'
import { componentRefOf } from '../machines/rows.ts'
import { ratePer1000 } from './rates.ts'

/** A machine lags when its version is older than so many of the newest. */
const NEWEST_KEPT_UP_WITH = 2

/** Versions that the page shows, those on most machines first: five times what a region has. */
const MAX_VERSIONS = 5_000

interface Version {
  readonly row: Row<'component'>
  readonly machines: number
}

/** Every sensor and content with its versions that machines have now, newest first, and how they fared in the last week. */
export async function sensors(db: Reader, columns: FleetColumns, fleetSize: number, now: number): Promise<Sensors> {
  const rows = await listComponents(db, { kinds: ['sensor', 'content'], alone: showsAlone(fleetSize) })
  const versions = rows
    .map((row): Version => ({ row, machines: columns.components.get(row.id)?.machines.size ?? 0 }))
    .filter(({ machines }) => machines > 0)
    .toSorted((a, b) => b.machines - a.machines)
    .slice(0, MAX_VERSIONS)
  const stats = await componentStats(
    db,
    versions.map(({ row }) => row.id),
    now - WEEK,
    now,
  )
  const products = [...Map.groupBy(versions, ({ row }) => `${row.kind}:${row.name}`).values()].map(
    (group): SensorProduct => {
      const newestFirst = group.toSorted((a, b) => (a.row.version_key < b.row.version_key ? 1 : -1))
      const lagging = newestFirst.slice(NEWEST_KEPT_UP_WITH)
      const first = newestFirst[0] as Version
      return {
        kind: first.row.kind as SensorProduct['kind'],
        name: first.row.name,
        machines: sum(newestFirst),
        lagging: sum(lagging),
        versions: newestFirst.map((version, i): VersionRow => {
          const { failed = 0, machineHours = 0 } = stats.get(version.row.id) ?? {}
          const { rate, low, high } = ratePer1000(failed, machineHours)
          return {
            component: componentRefOf(version.row),
            machines: version.machines,
            firstSeen: version.row.first_seen,
            crashes: failed,
            rate,
            rateLow: low,
            rateHigh: high,
            newest: i === 0,
            oldest: i === newestFirst.length - 1 && i > 0,
          }
        }),
      }
    },
  )
  // sensors before their contents, those on most machines first
  products.sort((a, b) => b.kind.localeCompare(a.kind) || b.machines - a.machines)
  return { products }
}

function sum(versions: readonly Version[]): number {
  return versions.reduce((total, { machines }) => total + machines, 0)
}
