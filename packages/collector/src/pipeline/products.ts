import { type ComponentChange, componentKey } from '../model/component.ts'
import { productKey } from './fact-keys.ts'

/** What the detector is told of a fact of one machine; `since` as in its observation. */
export interface FactChange {
  readonly key: string
  readonly change: ComponentChange['change']
  readonly since: number | null
}

/**
 * What a machine's changes mean for the detector: of its products first, then of each version.
 * @param changes of one machine, told together
 */
export function* factChanges(changes: readonly ComponentChange[]): Generator<FactChange> {
  yield* productChanges(changes)
  for (const { component, change, at } of changes)
    yield { key: componentKey(component), change, since: change === 'present' ? null : at }
}

/** An update takes a version away and brings one, and the product stays. */
function* productChanges(changes: readonly ComponentChange[]): Generator<FactChange> {
  const sensors = changes.filter((c) => c.component.kind === 'sensor')
  const came = new Set(sensors.filter((c) => c.change !== 'removed').map((c) => c.component.name))
  const went = new Set(sensors.filter((c) => c.change === 'removed').map((c) => c.component.name))
  for (const { component, change, at } of sensors) {
    const stays = came.has(component.name) && went.has(component.name)
    if (!stays) yield { key: productKey(component.name), change, since: change === 'present' ? null : at }
  }
}
