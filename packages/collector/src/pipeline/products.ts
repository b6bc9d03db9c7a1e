import type { ComponentChange } from '../model/component.ts'
import { productKey } from './fact-keys.ts'

/**
 * What a machine's changes mean for its products: an update takes a version away and brings one, and the product stays.
 * @param changes of one machine, told together
 */
export function* productChanges(
  changes: readonly ComponentChange[],
): Generator<{ key: string; change: ComponentChange['change']; since: number | null }> {
  const sensors = changes.filter((c) => c.component.kind === 'sensor')
  const came = new Set(sensors.filter((c) => c.change !== 'removed').map((c) => c.component.name))
  const went = new Set(sensors.filter((c) => c.change === 'removed').map((c) => c.component.name))
  for (const { component, change, at } of sensors) {
    const stays = came.has(component.name) && went.has(component.name)
    if (!stays) yield { key: productKey(component.name), change, since: change === 'present' ? null : at }
  }
}
