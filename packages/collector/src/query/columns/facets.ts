import type { ComponentKind } from '../../store/schema.ts'
import { quote } from '../suggest/suggest.ts'
import type { Bitset } from './bitset.ts'
import { Chosen } from './chosen.ts'
import type { DictionaryColumn } from './dictionary-column.ts'
import type { ComponentColumn, FleetColumns } from './fleet-columns.ts'

export const FACETS = ['state', 'practice', 'region', 'sensor', 'content', 'os', 'model', 'culprit'] as const
export type FacetName = (typeof FACETS)[number]

export interface FacetValue {
  value: string
  label: string
  /** what to add to the query to have only these */
  term: string
  count: number
}

/** Values of one attribute among the machines selected, most frequent first; `more` values are not listed. */
export interface Facet {
  name: FacetName
  values: FacetValue[]
  more: number
}

/** Values listed of each facet unless told otherwise. */
const LISTED = 10

export function facets(
  columns: FleetColumns,
  selection: Bitset,
  names: readonly FacetName[] = FACETS,
  listed = LISTED,
): Facet[] {
  const chosen = new Chosen(columns, selection)
  return names.map((name) => {
    const counted = name === 'sensor' || name === 'content' || name === 'os'
    return counted ? componentFacet(columns, chosen, name, listed) : valueFacet(columns, chosen, name, listed)
  })
}

type ValueFacet = Exclude<FacetName, ComponentKind>

function valueFacet(columns: FleetColumns, chosen: Chosen, name: ValueFacet, listed: number): Facet {
  const { machines, practices, regions } = columns
  switch (name) {
    case 'practice':
    case 'region': {
      const places = name === 'practice' ? practices : regions
      return ranked(name, machines[name], chosen, listed, (id) => {
        const { code, name: label } = places.get(id) ?? { code: String(id), name: '' }
        return { value: code, label }
      })
    }
    case 'state':
      return ranked(name, machines.state, chosen, listed, (value) => ({ value, label: value }))
    default:
      return ranked(name, machines[name], chosen, listed, (value) => ({ value, label: value }))
  }
}

function ranked<T extends string | number>(
  name: ValueFacet,
  column: DictionaryColumn<T>,
  chosen: Chosen,
  listed: number,
  describe: (value: T) => { value: string; label: string },
): Facet {
  const countOf = chosen.countBy(column)
  const found: { value: T; count: number }[] = []
  for (const [code, value] of column.values.entries()) {
    if (value === undefined) continue
    const count = countOf(code)
    if (count > 0) found.push({ value, count })
  }
  const values = most(found, listed).map(({ value, count }) => {
    const shown = describe(value)
    return { ...shown, term: `${name}:${quote(shown.value)}`, count }
  })
  return { name, values, more: found.length - values.length }
}

/** The `listed` most frequent in order, without sorting the thousands of practices that are not shown. */
function most<T extends { count: number }>(found: T[], listed: number): T[] {
  const best: T[] = []
  for (const one of found) {
    if (best.length >= listed && one.count <= (best.at(-1)?.count ?? 0)) continue
    const at = best.findIndex((b) => b.count < one.count)
    best.splice(at < 0 ? best.length : at, 0, one)
    if (best.length > listed) best.pop()
  }
  return best
}

/** `more` counts the versions that are not listed but that some machine has. */
function componentFacet(
  columns: FleetColumns,
  chosen: Chosen,
  kind: 'sensor' | 'content' | 'os',
  listed: number,
): Facet {
  const found: { component: ComponentColumn; count: number }[] = []
  for (const named of columns.ofKindByName(kind)) {
    const countOf = chosen.countVersions(named)
    for (const component of named.components) {
      const count = component.machines.size === 0 ? 0 : countOf(component)
      if (count > 0) found.push({ component, count })
    }
  }
  const values = most(found, listed).map(({ component, count }) => componentValue(component, count))
  return { name: kind, values, more: found.length - values.length }
}

function componentValue({ kind, name, version }: ComponentColumn, count: number): FacetValue {
  return {
    value: `${name}@${version}`,
    label: `${name} ${version}`,
    term: `${kind}:${quote(name)}@${quote(version)}`,
    count,
  }
}
