import { ComponentChangedEvent, InventoryEvent } from '@pumphandle/shared/wire'
import { componentKey } from '../../model/component.ts'
import type { Reader } from '../../store/index.ts'
import type { HasComponent } from '../../store/machine-rows.ts'
import { readJson } from '../../store/read-json.ts'
import { eventsOf } from '../../store/timeline.ts'

export type ComponentDetail = Record<string, string>
type Named = Pick<HasComponent, 'kind' | 'name' | 'version'>
interface Told {
  readonly kind: string
  readonly name: string
  readonly version?: string | undefined
  readonly detail?: ComponentDetail | undefined
}

/** Changes that are looked through: an agent sends its inventory at each start and daily, and a bad day has dozens. */
const CHANGES_LOOKED_AT = 500

/**
 * What a machine's agent said of its components beside their versions: file, driver, maker, damage. Read from the last
 * inventory and the changes since, for one machine's page: kept with every machine's components it would outweigh them.
 */
export async function componentDetails(db: Reader, machine: number): Promise<(component: Named) => ComponentDetail> {
  const [inventory] = await eventsOf(db, machine, { from: undefined, until: undefined }, null, 1, ['inventory'])
  const since = { from: inventory?.at, until: undefined }
  const changes = await eventsOf(db, machine, since, null, CHANGES_LOOKED_AT, ['component-changed'])
  const details = new Map<string, ComponentDetail>()
  const take = (told: Told): void => {
    const { kind, name, version, detail } = told
    if (detail && version !== undefined) details.set(componentKey({ kind, name, version }), detail)
  }
  const listed = inventory && readJson(InventoryEvent, inventory.payload, { table: 'event', id: inventory.seq })
  for (const one of listed?.components ?? []) take(one)
  for (const { seq, payload } of changes.reverse()) {
    const change = readJson(ComponentChangedEvent, payload, { table: 'event', id: seq })
    if (change) take(change)
  }
  return (component) => details.get(componentKey(component)) ?? {}
}
