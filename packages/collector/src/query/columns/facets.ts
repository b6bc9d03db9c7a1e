import { componentTerm, term } from '@pumphandle/shared/words'
import type { ComponentKind } from '../../store/schema.ts'
import type { Bitset } from './bitset.ts'
import { Chosen } from './chosen.ts'
import type { ComponentColumn } from './component-column.ts'
import type { DictionaryColumn } from './dictionary-column.ts'
import type { FleetColumns } from './fleet-columns.ts'

export const FACETS = ['state', 'practice', 'region', 'sensor', 'content', 'os', 'model', 'culprit', 'tag'] as const
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
    case 'tag':
      return tagFacet(columns, chosen, listed)
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
  const most = new Most<T>(listed)
  for (let code = 0; code < column.values.length; code++) {
    const value = column.values[code]
    if (value !== undefined) most.offer(value, countOf(code))
  }
  const values = most.best.map(({ value, count }) => {
    const shown = describe(value)
    return { ...shown, term: term(name, shown.value), count }
  })
  return { name, values, more: most.offered - values.length }
}

function tagFacet(columns: FleetColumns, chosen: Chosen, listed: number): Facet {
  const most = new Most<string>(listed)
  for (const [tag, count] of columns.countTags(chosen.countBy(columns.machines.tags)))
    if (count > 0) most.offer(tag, count)
  const values = most.best.map(({ value, count }) => ({ value, label: value, term: term('tag', value), count }))
  return { name: 'tag', values, more: most.offered - values.length }
}

/** The most frequent of what is offered, in order, without keeping the thousands of practices that are not shown. */
class Most<T> {
  readonly best: { value: T; count: number }[] = []
  /** values that any machine has */
  offered = 0
  private readonly listed: number

  constructor(listed: number) {
    this.listed = listed
  }

  offer(value: T, count: number): void {
    if (count === 0) return
    this.offered++
    const { best, listed } = this
    if (best.length >= listed && count <= (best.at(-1)?.count ?? 0)) return
    const at = best.findIndex((b) => b.count < count)
    best.splice(at < 0 ? best.length : at, 0, { value, count })
    if (best.length > listed) best.pop()
  }
}

/** `more` counts the versions that are not listed but that some machine has. */
function componentFacet(
  columns: FleetColumns,
  chosen: Chosen,
  kind: 'sensor' | 'content' | 'os',
  listed: number,
): Facet {
  const most = new Most<ComponentColumn>(listed)
  for (const named of columns.ofKindByName(kind)) {
    const countOf = chosen.countVersions(named)
    for (const component of named.components) {
      if (component.machines.size > 0) most.offer(component, countOf(component))
    }
  }
  const values = most.best.map(({ value, count }) => componentValue(value, count))
  return { name: kind, values, more: most.offered - values.length }
}

function componentValue({ kind, name, version }: ComponentColumn, count: number): FacetValue {
  return {
    value: `${name}@${version}`,
    label: `${name} ${version}`,
    term: componentTerm({ kind, name, version }),
    count,
  }
}
