import type { ComponentKind } from '../../store/schema.ts'
import { quote } from '../suggest/suggest.ts'
import type { Bitset } from './bitset.ts'
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
  return names.map((name) => {
    const counted = name === 'sensor' || name === 'content' || name === 'os'
    return counted ? componentFacet(columns, selection, name, listed) : valueFacet(columns, selection, name, listed)
  })
}

type ValueFacet = Exclude<FacetName, ComponentKind>

function valueFacet(columns: FleetColumns, selection: Bitset, name: ValueFacet, listed: number): Facet {
  const { machines, practices, regions } = columns
  switch (name) {
    case 'practice':
    case 'region': {
      const places = name === 'practice' ? practices : regions
      return ranked(name, machines[name], selection, listed, (id) => {
        const { code, name: label } = places.get(id) ?? { code: String(id), name: '' }
        return { value: code, label }
      })
    }
    case 'state':
      return ranked(name, machines.state, selection, listed, (value) => ({ value, label: value }))
    default:
      return ranked(name, machines[name], selection, listed, (value) => ({ value, label: value }))
  }
}

function ranked<T extends string | number>(
  name: ValueFacet,
  column: DictionaryColumn<T>,
  selection: Bitset,
  listed: number,
  describe: (value: T) => { value: string; label: string },
): Facet {
  const totals = column.countIn(selection)
  const found: { value: T; count: number }[] = []
  for (const [code, value] of column.values.entries()) {
    const count = totals[code] ?? 0
    if (value !== undefined && count > 0) found.push({ value, count })
  }
  found.sort((a, b) => b.count - a.count)
  const values = found.slice(0, listed).map(({ value, count }) => {
    const shown = describe(value)
    return { ...shown, term: `${name}:${quote(shown.value)}`, count }
  })
  return { name, values, more: found.length - values.length }
}

/**
 * The components most machines have come first, so that counting can end as soon as no other can have more than those
 * listed; the rest is only asked whether it has any.
 */
function componentFacet(
  columns: FleetColumns,
  selection: Bitset,
  kind: 'sensor' | 'content' | 'os',
  listed: number,
): Facet {
  const candidates = columns.ofKind(kind).filter((c) => c.machines.size > 0)
  candidates.sort((a, b) => b.machines.size - a.machines.size)
  const found: { component: ComponentColumn; count: number }[] = []
  let more = 0
  for (const component of candidates) {
    const last = found.length < listed ? 0 : (found.at(-1)?.count ?? 0)
    if (component.machines.size <= last) {
      if (component.machines.meets(selection)) more++
      continue
    }
    const count = component.machines.countIn(selection)
    if (count === 0) continue
    found.push({ component, count })
    found.sort((a, b) => b.count - a.count)
    if (found.length > listed) {
      found.pop()
      more++
    }
  }
  return { name: kind, values: found.map(({ component, count }) => componentValue(component, count)), more }
}

function componentValue({ kind, name, version }: ComponentColumn, count: number): FacetValue {
  return {
    value: `${name}@${version}`,
    label: `${name} ${version}`,
    term: `${kind}:${quote(name)}@${quote(version)}`,
    count,
  }
}
