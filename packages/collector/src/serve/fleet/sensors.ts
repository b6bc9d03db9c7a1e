import { NEEDS_A_LOOK, type SensorProduct, type Sensors, VERDICT_WORDS, type VersionRow } from '@pumphandle/shared/api'
import { componentKey } from '../../model/component.ts'
import { listComponents, showsAlone } from '../../store/component-stats.ts'
import type { Row } from '../../store/index.ts'
import type { ServeContext } from '../http/context.ts'
import { componentRefOf } from '../machines/rows.ts'

/** A machine lags when its version is older than this many of the newest. */
const NEWEST_KEPT_UP_WITH = 2

/** Versions that the page shows, those on most machines first: five times what a region has. */
const MAX_VERSIONS = 5_000

interface Version {
  readonly row: Row<'component'>
  readonly machines: number
}

/** Every sensor and content with its versions that machines have now, newest first, and the verdict on each. */
export async function sensors(
  { store, fleet, index, versions: book }: Pick<ServeContext, 'store' | 'fleet' | 'index' | 'versions'>,
  now: number,
): Promise<Sensors> {
  const { columns } = index
  const rows = await listComponents(store.reader, {
    kinds: ['sensor', 'content'],
    alone: showsAlone(fleet.size),
  })
  const versions = rows
    .map((row): Version => ({ row, machines: columns.components.get(row.id)?.machines.size ?? 0 }))
    .filter(({ machines }) => machines > 0)
    .toSorted((a, b) => b.machines - a.machines)
    .slice(0, MAX_VERSIONS)
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
          return {
            component: componentRefOf(version.row),
            machines: version.machines,
            firstSeen: version.row.first_seen,
            newest: i === 0,
            oldest: i === newestFirst.length - 1 && i > 0,
            behind: i,
            verdict: book.verdict(componentKey(version.row), now) ?? null,
          }
        }),
      }
    },
  )
  // what needs a look first; then sensors before their contents, those on most machines first
  products.sort((a, b) => needOf(a) - needOf(b) || b.kind.localeCompare(a.kind) || b.machines - a.machines)
  return { products }
}

function sum(versions: readonly Version[]): number {
  return versions.reduce((total, { machines }) => total + machines, 0)
}

/** The worst word of its versions that calls for somebody. */
function needOf({ versions }: SensorProduct): number {
  const words = versions.flatMap(({ verdict }) => (verdict && NEEDS_A_LOOK.includes(verdict.word) ? verdict.word : []))
  return Math.min(VERDICT_WORDS.length, ...words.map((word) => VERDICT_WORDS.indexOf(word)))
}
